import CCommline
import JSON
import Values

extension Manifest {
    private static let members = [
        "$schema", "manifestVersion", "id", "version", "vendor", "abi", "library", "sha256",
        "isolation", "limits", "rendition", "deviceTypes", "protocols", "channels", "layers",
        "listeners", "messages",
    ]

    /// Reads a manifest.
    ///
    /// - Parameters:
    ///   - bytes: The file's contents.
    ///   - file: Its name, for messages.
    /// - Returns: The manifest, nil where it has errors; and everything that is wrong with it.
    package static func read(
        _ bytes: [UInt8], file: String
    ) -> (manifest: Manifest?, defects: [ManifestDefect]) {
        var reading = ManifestReading(file: file)
        let document: JSONValue
        do throws(JSONError) {
            document = try JSONValue(parsing: bytes)
        } catch {
            reading.error(
                at: JSONPointer(), "is not a JSON document: \(error)", "correct the file there")
            return (nil, reading.defects)
        }
        let manifest = read(
            ManifestReading.Node(value: document, pointer: JSONPointer()), bytes, &reading)
        return (reading.hasErrors ? nil : manifest, reading.defects)
    }

    private static func read(
        _ root: ManifestReading.Node, _ bytes: [UInt8], _ reading: inout ManifestReading
    ) -> Manifest? {
        if let version = root.member("manifestVersion")?.value.int {
            reading.isNewer = version > newestVersion
        }
        guard reading.object(root, members: members) else { return nil }
        _ = reading.text(
            root.member("$schema"), longest: .max, "write where the schema lies: \"schema.json\""
        ) { _ in true }
        let version = reading.required(root, "manifestVersion", "the number 1")
        _ = reading.integer(version, 1...Int.max, default: newestVersion)
        let id = readID(root, &reading)
        let number = reading.text(
            reading.required(root, "version", "a semantic version, such as \"1.0.0\""), longest: 64,
            "write a semantic version, such as \"1.0.0\"", where: isSemanticVersion)
        let vendor = reading.text(
            reading.required(root, "vendor", "who answers for the plugin"),
            "write who answers for the plugin")
        let abi = readABI(root, &reading)
        let library = reading.text(
            reading.required(root, "library", "the library's file name, such as \"libAcme.so\""),
            longest: 255, "write a file name without a folder, such as \"libAcme.so\"",
            where: isFileName)
        let digest = readDigest(root, &reading)
        let protocols = readTypes(root, "protocols", "PROTO_DLMS", &reading)
        let rendition = reading.choice(root.member("rendition"), default: Rendition.maker)
        let deviceTypes = readDeviceTypes(root, protocols, rendition, &reading)
        warnOfUnsaidRendition(root, &reading)
        let channels = readTypes(root, "channels", "CHAN_TYPE_TCP", &reading)
        let layers = readTypes(root, "layers", "LAYER_IRZ", &reading)
        let listeners = readTypes(root, "listeners", "LISTENER_CENC", &reading)
        let messages = readMessages(root, &reading)
        guard let id, let number, let vendor, let abi, let library else { return nil }
        return Manifest(
            file: reading.file, id: id, version: number, vendor: vendor, abi: abi,
            library: library, sha256: digest,
            isolation: reading.choice(root.member("isolation"), default: .process),
            limits: readLimits(root, &reading), rendition: rendition, deviceTypes: deviceTypes,
            protocols: protocols, channels: channels, layers: layers, listeners: listeners,
            messages: messages, document: root.value.object ?? [:], bytes: bytes)
    }

    private static func readID(
        _ root: ManifestReading.Node, _ reading: inout ManifestReading
    ) -> String? {
        let hint =
            "write lower-case letters, digits, '-' and '.', such as \"dlms\" or \"com.acme.meter\""
        return reading.text(
            reading.required(root, "id", "the plugin's name, such as \"dlms\""), longest: 64, hint,
            where: isPluginID)
    }

    private static func readABI(
        _ root: ManifestReading.Node, _ reading: inout ManifestReading
    ) -> ABIVersion? {
        let host = ABIVersion(major: UInt32(COMMLINE_ABI_MAJOR), minor: UInt32(COMMLINE_ABI_MINOR))
        let hint = "write the version of commline.h that it was built with, such as \"\(host)\""
        let node = reading.required(root, "abi", hint)
        guard let text = reading.text(node, longest: 21, hint), let node else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let major = number(parts[0]), let minor = number(parts[1]) else {
            reading.error(at: node.pointer, "is \"\(text)\"", hint)
            return nil
        }
        guard major == host.major else {
            reading.error(
                at: node.pointer, "says that it needs ABI \(text), but this host has \(host)",
                "install a plugin that was built for ABI \(host.major).x, or another host")
            return nil
        }
        return ABIVersion(major: major, minor: minor)
    }

    private static func readDigest(
        _ root: ManifestReading.Node, _ reading: inout ManifestReading
    ) -> [UInt8]? {
        let text = reading.text(
            root.member("sha256"), longest: 64, "write 64 lower-case hexadecimal digits"
        ) { text in
            text.utf8.count == 64 && text == text.lowercased()
                && TextEncoding.bytes(hex: text) != nil
        }
        return text.flatMap { TextEncoding.bytes(hex: $0) }
    }

    private static func readLimits(
        _ root: ManifestReading.Node, _ reading: inout ManifestReading
    ) -> Limits {
        var limits = Limits()
        guard let node = root.member("limits"),
            reading.object(node, members: ["sessions", "memoryMiB"])
        else { return limits }
        limits.sessions = reading.integer(
            node.member("sessions"), 1...100_000, default: limits.sessions)
        limits.memoryMiB = reading.integer(
            node.member("memoryMiB"), 16...65_536, default: limits.memoryMiB)
        return limits
    }

    private static func readMessages(
        _ root: ManifestReading.Node, _ reading: inout ManifestReading
    ) -> [String: LocalizedText] {
        guard let node = root.member("messages") else { return [:] }
        guard let object = node.value.object else {
            reading.error(
                at: node.pointer, "must be an object, but is a \(node.value.typeName)",
                "write { \"message-id\": { \"ru\": …, \"en\": … } }")
            return [:]
        }
        var messages: [String: LocalizedText] = [:]
        for (id, value) in object {
            let message = ManifestReading.Node(value: value, pointer: node.pointer.appending(id))
            guard isMessageID(id) else {
                reading.error(
                    at: message.pointer, "is no message id",
                    "give it 1 to 128 letters, digits, '.', '_' and '-', such as \"no-answer\"")
                continue
            }
            guard let text = reading.names(message) else { continue }
            check(text, message, &reading)
            messages[id] = text
        }
        return messages
    }

    /// Both languages say the same things.
    private static func check(
        _ text: LocalizedText, _ node: ManifestReading.Node, _ reading: inout ManifestReading
    ) {
        var names: [Set<String>] = []
        for language in Language.allCases {
            if let found = MessageText.parameters(of: text[language]) {
                names.append(found)
            } else {
                reading.error(
                    at: node.pointer.appending(language.rawValue), "has a brace without its other",
                    "write {name} for a parameter, {{ and }} for braces")
            }
        }
        guard names.count == 2, names[0] != names[1] else { return }
        let different = names[0].symmetricDifference(names[1]).sorted().joined(separator: ", ")
        reading.error(
            at: node.pointer, "has different parameters in its two languages (\(different))",
            "use the same {names} in both")
    }

    // MARK: Forms

    /// Whether a text may be a plugin's id.
    package static func isPluginID(_ text: String) -> Bool {
        // "schema.json" lies beside the manifests and is none of them.
        guard let first = text.utf8.first, first != UInt8(ascii: "-"), first != UInt8(ascii: "."),
            text != "schema"
        else { return false }
        return text.utf8.allSatisfy { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
        }
    }

    /// A number as versions have it: digits only, without zeros before it.
    private static func number(_ text: some StringProtocol) -> UInt32? {
        guard (1...9).contains(text.utf8.count),
            text == "0" || text.utf8.first != UInt8(ascii: "0"),
            text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return UInt32(text)
    }

    private static func isSemanticVersion(_ text: String) -> Bool {
        let core = text.prefix { $0 != "-" && $0 != "+" }
        let parts = core.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ number($0) != nil }) else { return false }
        let halves = text.dropFirst(core.count).split(
            separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
        let isIdentifier: (Substring) -> Bool = { part in
            !part.isEmpty
                && part.utf8.allSatisfy {
                    ManifestReading.isLetterOrDigit($0) || ".-".utf8.contains($0)
                }
        }
        // "-beta.1", "+build.5", "-beta.1+build.5", or nothing.
        guard let release = halves.first else { return true }
        return (release.isEmpty || isIdentifier(release.dropFirst()))
            && (halves.count == 1 || isIdentifier(halves[1]))
    }

    private static func isMessageID(_ text: String) -> Bool {
        guard let first = text.utf8.first, ManifestReading.isLetterOrDigit(first) else {
            return false
        }
        return text.utf8.count <= 128
            && text.utf8.allSatisfy {
                ManifestReading.isLetterOrDigit($0) || "._-".utf8.contains($0)
            }
    }

    /// Whose the symbols are is a statement that a manifest with device types has to make.
    private static func warnOfUnsaidRendition(
        _ root: ManifestReading.Node, _ reading: inout ManifestReading
    ) {
        guard let types = root.member("deviceTypes"), root.member("rendition") == nil,
            types.elements.contains(where: { $0.member("rendition") == nil })
        else { return }
        reading.warning(
            at: JSONPointer(["rendition"]), "is missing, and is taken for \"maker\"",
            "write \"rendition\": \"own\" where symbols and mappings are yours, or \"maker\" where "
                + "they are those that the meter's maker publishes")
    }

    private static func isFileName(_ text: String) -> Bool {
        guard let first = text.utf8.first,
            ManifestReading.isLetterOrDigit(first) || first == UInt8(ascii: "_")
        else { return false }
        return text.utf8.allSatisfy {
            ManifestReading.isLetterOrDigit($0) || "_.+-".utf8.contains($0)
        }
    }
}
