import JSON

/// Reads the members of a manifest one by one and gathers what is wrong with them.
struct ManifestReading {
    let file: String
    /// The manifest is of a newer form: what is unknown may be meant for a newer host.
    var isNewer = false
    private(set) var defects: [ManifestDefect] = []

    init(file: String) {
        self.file = file
    }

    /// A value of the manifest with its place.
    struct Node {
        var value: JSONValue
        var pointer: JSONPointer

        func member(_ key: String) -> Node? {
            value[key].map { Node(value: $0, pointer: pointer.appending(key)) }
        }

        /// The elements, where it is an array.
        var elements: [Node] {
            (value.array ?? []).enumerated().map { index, element in
                Node(value: element, pointer: pointer.appending(index))
            }
        }
    }

    var hasErrors: Bool { defects.contains { $0.severity == .error } }

    mutating func error(at pointer: JSONPointer, _ problem: String, _ remedy: String) {
        defects.append(
            ManifestDefect(file: file, pointer: pointer, problem: problem, remedy: remedy))
    }

    mutating func warning(at pointer: JSONPointer, _ problem: String, _ remedy: String) {
        defects.append(
            ManifestDefect(.warning, file: file, pointer: pointer, problem: problem, remedy: remedy)
        )
    }

    // MARK: Objects

    /// Checks that a node is an object with known members only.
    mutating func object(_ node: Node, members: [String]) -> Bool {
        guard let object = node.value.object else {
            error(
                at: node.pointer, "must be an object, but is a \(node.value.typeName)",
                "write { … } with the members \(members.joined(separator: ", "))")
            return false
        }
        for key in object.keys where !members.contains(key) && !key.hasPrefix("x-") {
            let pointer = node.pointer.appending(key)
            let meant = Spelling.nearest(to: key, in: members).map { "did you mean \"\($0)\"? " }
            let remedy =
                (meant ?? "")
                + "remove it or correct its name (known are \(members.joined(separator: ", "))); "
                + "names that begin with x- are free"
            if isNewer {
                warning(at: pointer, "is unknown to this host and was left out", remedy)
            } else {
                error(at: pointer, "is unknown", remedy)
            }
        }
        return true
    }

    /// A member that must be there.
    mutating func required(_ node: Node, _ key: String, _ hint: String) -> Node? {
        if let member = node.member(key) { return member }
        if node.value.object != nil {
            error(at: node.pointer.appending(key), "is missing", "add it: \(hint)")
        }
        return nil
    }

    // MARK: Values

    /// A text with a form.
    mutating func text(
        _ node: Node?, longest: Int = 256, _ hint: String,
        where isRight: (String) -> Bool = { !$0.isEmpty }
    ) -> String? {
        guard let node else { return nil }
        guard let text = node.value.string else {
            error(at: node.pointer, "must be a text, but is a \(node.value.typeName)", hint)
            return nil
        }
        guard text.unicodeScalars.count <= longest, isRight(text) else {
            error(at: node.pointer, "is \(Self.quoted(text)), which is not allowed", hint)
            return nil
        }
        return text
    }

    /// A symbol of a code list.
    mutating func symbol(_ node: Node?, _ example: String) -> String? {
        text(
            node, longest: 128, "write a symbol, such as \"\(example)\"", where: Self.isSymbol)
    }

    /// A list of different symbols.
    mutating func symbols(_ node: Node?, atLeastOne: Bool = false, _ example: String) -> [String] {
        guard let node else { return [] }
        guard array(node, "write a list of symbols, such as [\"\(example)\"]") else { return [] }
        var result: [String] = []
        for element in node.elements {
            guard let symbol = symbol(element, example) else { continue }
            if result.contains(symbol) {
                error(at: element.pointer, "names \"\(symbol)\" again", "remove it")
            } else {
                result.append(symbol)
            }
        }
        if atLeastOne, node.elements.isEmpty {
            error(at: node.pointer, "is empty", "name at least one, such as \"\(example)\"")
        }
        return result
    }

    /// Checks that a node is a list.
    mutating func array(_ node: Node, _ hint: String) -> Bool {
        guard node.value.array == nil else { return true }
        error(at: node.pointer, "must be a list, but is a \(node.value.typeName)", hint)
        return false
    }

    mutating func integer(_ node: Node?, _ range: ClosedRange<Int>, default: Int) -> Int {
        guard let node else { return `default` }
        guard let number = node.value.int, range.contains(number) else {
            error(
                at: node.pointer, "is \(node.value.text())",
                "write a whole number from \(range.lowerBound) to \(range.upperBound)")
            return `default`
        }
        return number
    }

    mutating func flag(_ node: Node?) -> Bool {
        guard let node else { return false }
        guard let flag = node.value.bool else {
            error(
                at: node.pointer, "must be true or false, but is a \(node.value.typeName)",
                "write true or false, without quotes")
            return false
        }
        return flag
    }

    /// One of few words.
    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ node: Node?, default: Choice
    ) -> Choice where Choice.RawValue == String {
        guard let node else { return `default` }
        if let choice = node.value.string.flatMap(Choice.init(rawValue:)) { return choice }
        let choices = Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: " or ")
        error(at: node.pointer, "is \(node.value.text())", "write \(choices)")
        return `default`
    }

    /// A text in both languages.
    mutating func names(_ node: Node?) -> LocalizedText? {
        guard let node, object(node, members: ["ru", "en"]) else { return nil }
        let russian = text(required(node, "ru", "the Russian text"), longest: 4096, "write a text")
        let english = text(required(node, "en", "the English text"), longest: 4096, "write a text")
        guard let russian, let english else { return nil }
        return LocalizedText(ru: russian, en: english)
    }

    // MARK: Forms

    static func isSymbol(_ text: String) -> Bool {
        guard let first = text.utf8.first, isLetterOrDigit(first), text.utf8.count <= 128 else {
            return false
        }
        return text.utf8.allSatisfy { isLetterOrDigit($0) || "_.+-".utf8.contains($0) }
    }

    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }

    private static func quoted(_ text: String) -> String {
        JSONValue.string(String(text.prefix(80))).text()
    }
}
