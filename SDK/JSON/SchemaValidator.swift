/// Checks one document against compiled schemas.
struct SchemaValidator {
    /// A violation whose message does not show the value yet, since it may turn out to be a secret.
    struct Finding {
        let pointer: JSONPointer
        let keyword: String
        let message: String
        /// What the value is, where the message should say so.
        var found: String?
    }

    /// More schemas than any honest document needs; beyond it a schema is grinding.
    private static let workLimit = 100_000

    private let nodes: [SchemaNode]
    /// The places of secrets met so far.
    private(set) var secrets: Set<JSONPointer> = []
    private var findings: [Finding] = []
    private var path = JSONPointer()
    private var work = 0

    init(_ nodes: [SchemaNode]) {
        self.nodes = nodes
    }

    mutating func validate(_ document: JSONValue) -> [JSONSchema.Violation] {
        check(document, 0)
        if work > Self.workLimit {
            findings = [
                Finding(
                    pointer: JSONPointer(), keyword: "$ref",
                    message: "takes too long to check against its schema")
            ]
        }
        return findings.map { finding in
            let isSecret = secrets.contains { finding.pointer.isWithin($0) }
            let found = isSecret ? nil : finding.found
            return JSONSchema.Violation(
                pointer: finding.pointer,
                message: finding.message + (found.map { ", but is \($0)" } ?? ""),
                keyword: finding.keyword)
        }
    }

    // MARK: One schema

    private mutating func check(_ value: JSONValue, _ index: Int) {
        work += 1
        guard work <= Self.workLimit else { return }
        let node = nodes[index]
        if node.isSecret { secrets.insert(path) }
        if node.isFalse {
            report("false", "is not allowed here")
            return
        }
        if let keyword = brokenRule(of: node, value) {
            report(keyword, "must be \(node.expectation ?? "another value")", value)
        }
        switch value {
        case .array(let elements): checkElements(elements, node)
        case .object(let object): checkMembers(object, node)
        default: break
        }
        checkApplied(value, node)
    }

    private mutating func report(_ keyword: String, _ message: String, _ value: JSONValue? = nil) {
        record(
            Finding(
                pointer: path, keyword: keyword, message: message,
                found: value.map { JSONSchema.show($0) }))
    }

    private mutating func record(_ finding: Finding) {
        if findings.count < JSONSchema.mostViolations { findings.append(finding) }
    }

    /// The first rule about the value itself that it breaks.
    private func brokenRule(of node: SchemaNode, _ value: JSONValue) -> String? {
        if let types = node.types, !types.allow(value) { return "type" }
        if let constant = node.constant, constant != value { return "const" }
        if let allowed = node.allowed, !allowed.contains(value) { return "enum" }
        switch value {
        case .number(let number): return brokenRule(of: node, number)
        case .string(let text): return brokenRule(of: node, text)
        case .array(let elements):
            if let least = node.minItems, elements.count < least { return "minItems" }
            if let most = node.maxItems, elements.count > most { return "maxItems" }
            if node.hasUniqueItems, Set(elements).count < elements.count { return "uniqueItems" }
        case .object(let object):
            if let least = node.minProperties, object.count < least { return "minProperties" }
            if let most = node.maxProperties, object.count > most { return "maxProperties" }
        case .null, .bool: break
        }
        return nil
    }

    private func brokenRule(of node: SchemaNode, _ number: JSONNumber) -> String? {
        if let bound = node.minimum, number < bound { return "minimum" }
        if let bound = node.maximum, bound < number { return "maximum" }
        if let bound = node.exclusiveMinimum, !(bound < number) { return "exclusiveMinimum" }
        if let bound = node.exclusiveMaximum, !(number < bound) { return "exclusiveMaximum" }
        if let divisor = node.divisor {
            let exact = ExactNumber(number)
            let isMultiple = exact.isMultiple(
                ofMantissa: divisor.mantissa, exponent: divisor.exponent)
            if !isMultiple { return "multipleOf" }
        }
        return nil
    }

    private func brokenRule(of node: SchemaNode, _ text: String) -> String? {
        if node.minLength != nil || node.maxLength != nil {
            let count = text.unicodeScalars.count
            if let least = node.minLength, count < least { return "minLength" }
            if let most = node.maxLength, count > most { return "maxLength" }
        }
        if let pattern = node.pattern, !pattern.matches(text) { return "pattern" }
        return nil
    }

    // MARK: Lists and objects

    private mutating func checkElements(_ elements: [JSONValue], _ node: SchemaNode) {
        guard node.items != nil || !node.prefixItems.isEmpty else { return }
        for (index, element) in elements.enumerated() {
            guard let schema = index < node.prefixItems.count ? node.prefixItems[index] : node.items
            else { return }
            path.tokens.append(String(index))
            check(element, schema)
            path.tokens.removeLast()
        }
    }

    private mutating func checkMembers(_ object: JSONObject, _ node: SchemaNode) {
        checkRequired(node.required, object, node, because: "")
        for (name, required) in node.dependentRequired where object.contains(name) {
            checkRequired(required, object, node, because: " beside \"\(name)\"")
        }
        for (name, value) in object {
            path.tokens.append(name)
            checkMember(name, value, node)
            path.tokens.removeLast()
        }
    }

    private mutating func checkRequired(
        _ names: [String], _ object: JSONObject, _ node: SchemaNode, because reason: String
    ) {
        for name in names where !object.contains(name) {
            let expectation = node.propertyNodes[KeyText(name)].flatMap { self.expectation(of: $0) }
            let rule = expectation.map { "; it must be \($0)" } ?? ""
            record(
                Finding(
                    pointer: path.appending(name),
                    keyword: reason.isEmpty ? "required" : "dependentRequired",
                    message: "is missing\(reason)\(rule)"))
        }
    }

    private mutating func checkMember(_ name: String, _ value: JSONValue, _ node: SchemaNode) {
        if let schema = node.propertyNames {
            let trial = trial(.string(name), schema)
            if !trial.isEmpty {
                let rule = expectation(of: schema).map { "must be \($0)" } ?? "is not allowed"
                report("propertyNames", "has a name that \(rule)")
            }
        }
        var isKnown = false
        if let schema = node.propertyNodes[KeyText(name)] {
            isKnown = true
            check(value, schema)
        }
        for property in node.patternProperties where property.pattern.matches(name) {
            isKnown = true
            check(value, property.node)
        }
        guard !isKnown, let schema = node.additionalProperties else { return }
        if nodes[schema].isFalse {
            report("additionalProperties", "is not known here\(Self.hint(for: name, in: node))")
        } else {
            check(value, schema)
        }
    }

    /// Names the members that are known, or the one that was probably meant.
    private static func hint(for name: String, in node: SchemaNode) -> String {
        let names = node.properties.map(\.name)
        guard !names.isEmpty else { return "" }
        if let near = Spelling.nearest(to: name, in: names) {
            return "; did you mean \"\(near)\"?"
        }
        let shown = names.prefix(20).map { "\"\($0)\"" }.joined(separator: ", ")
        return "; known are \(shown)" + (names.count > 20 ? " and others" : "")
    }

    // MARK: Other schemas for the same value

    private mutating func checkApplied(_ value: JSONValue, _ node: SchemaNode) {
        if let reference = node.reference { check(value, reference) }
        for schema in node.allOf { check(value, schema) }
        if !node.anyOf.isEmpty { checkAlternatives(value, node.anyOf, "anyOf") }
        if !node.oneOf.isEmpty { checkAlternatives(value, node.oneOf, "oneOf") }
        if let not = node.not, trial(value, not).isEmpty {
            report("not", "must not be \(expectation(of: not) ?? "this")", value)
        }
        if let condition = node.condition {
            let branch = trial(value, condition).isEmpty ? node.thenNode : node.elseNode
            if let branch { check(value, branch) }
        }
    }

    /// What a schema finds, which is not reported.
    private mutating func trial(_ value: JSONValue, _ schema: Int) -> [Finding] {
        let kept = findings
        findings = []
        check(value, schema)
        defer { findings = kept }
        return findings
    }

    private mutating func checkAlternatives(
        _ value: JSONValue, _ schemas: [Int], _ keyword: String
    ) {
        let trials = schemas.map { trial(value, $0) }
        let matches = trials.count { $0.isEmpty }
        if matches > 0 {
            if keyword == "oneOf", matches > 1 {
                report(
                    keyword,
                    "must be one of \(schemas.count) alternatives, but fits \(matches) of them")
            }
            return
        }
        // An alternative that the value itself fits, and only something inside of it not, is the
        // one that was meant.
        let here = path
        let meant = trials.filter { trial in
            trial.allSatisfy { $0.pointer != here }
        }
        if let nearest = meant.min(by: { $0.count < $1.count }) {
            findings += nearest
        } else if let expectation = alternatives(schemas) {
            report(keyword, "must be \(expectation)", value)
        } else {
            report(keyword, "fits none of \(schemas.count) alternatives")
        }
    }

    /// What one of several schemas wants, or nil where one of them says nothing.
    private func alternatives(_ schemas: [Int]) -> String? {
        var parts: [String] = []
        for schema in schemas {
            guard let expectation = expectation(of: schema) else { return nil }
            if !parts.contains(expectation) { parts.append(expectation) }
        }
        return parts.joined(separator: " or ")
    }

    /// What a schema wants, by its own rules or by those that it refers to.
    private func expectation(of index: Int) -> String? {
        var index = index
        // References do not go in circles, so this ends.
        while nodes[index].expectation == nil, let next = nodes[index].reference { index = next }
        return nodes[index].expectation
    }
}
