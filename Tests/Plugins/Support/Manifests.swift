import Manifests
import JSON
import Testing

@testable import Plugins

/// Manifests for tests.
enum Manifests {
    static func document(id: String = "acme") -> JSONValue {
        [
            "manifestVersion": 1, "id": .string(id), "version": "1.0.0", "vendor": "Tests",
            "abi": "1.0", "library": .string("lib\(id).so"), "isolation": "inline",
            "limits": ["sessions": 10, "memoryMiB": 64], "rendition": "own",
            "deviceTypes": [
                [
                    "symbol": "DT_ACME", "class": "DC_METER",
                    "names": ["ru": "Счётчик", "en": "Meter"], "resource": "electricity",
                    "deviceLib": "DL_ACME",
                    "protocolMaps": [["symbol": "PROTO_MAP_ACME", "protocol": "PROTO_ACME"]],
                    "attributes": ["AT_ACCESS_PASSWORD"],
                    "archives": [
                        ["archive": "CURRENT", "quantities": ["A+"], "tags": ["TOTAL", "T1"]]
                    ],
                    "journals": ["VOLTAGE"],
                    "states": [["archive": "TIME", "types": ["CLOCK"]]],
                    "commands": [["symbol": "CLOCK_SET", "repeatable": true]],
                ]
            ],
            "protocols": [
                [
                    "type": "PROTO_ACME", "names": ["ru": "Протокол", "en": "Protocol"],
                    "settings": [
                        "type": "object", "required": ["PASSWORD"],
                        "properties": [
                            "PASSWORD": [
                                "type": "string", "minLength": 4, "x-secret": true,
                                "x-attribute": "AT_ACCESS_PASSWORD",
                            ],
                            "ADDRESS": [
                                "type": "integer", "minimum": 0, "maximum": 16383, "default": 1,
                                "x-defaults": ["CHAN_TYPE_CENC": 0],
                            ],
                            "FAST": ["type": "boolean"],
                            "SCALE": ["type": "number"],
                            "WAIT": ["type": "string", "pattern": "^[0-9:]+$", "x-unit": "s"],
                        ],
                        "additionalProperties": false,
                    ],
                ]
            ],
            "messages": [
                "no-answer": ["ru": "Нет ответа за {seconds} с", "en": "No answer in {seconds} s"]
            ],
        ]
    }

    /// A manifest that holds.
    static func valid(id: String = "acme", _ change: (inout JSONValue) -> Void = { _ in }) throws
        -> Manifest
    {
        var document = document(id: id)
        change(&document)
        let (manifest, defects) = Manifest.read(document.bytes(), file: id + ".json")
        #expect(defects.isEmpty)
        return try #require(manifest)
    }

    /// The least that a manifest can say.
    static func minimal(id: String, version: String = "1.0.0", sha256: String? = nil) throws
        -> Manifest
    {
        var object: JSONObject = [
            "manifestVersion": 1, "id": .string(id), "version": .string(version),
            "vendor": "Tests", "abi": "1.0", "library": .string("lib\(id).so"),
        ]
        if let sha256 { object["sha256"] = .string(sha256) }
        let read = Manifest.read(JSONValue.object(object).bytes(), file: id + ".json")
        return try #require(read.manifest, "\(read.defects)")
    }
}

extension JSONValue {
    /// The document with a value put at a pointer; nil removes what is there.
    func setting(_ pointer: String, to value: JSONValue?) -> JSONValue {
        setting(JSONPointer(pointer)?.tokens[...] ?? [], to: value) ?? .null
    }

    private func setting(_ tokens: ArraySlice<String>, to value: JSONValue?) -> JSONValue? {
        guard let token = tokens.first else { return value }
        switch self {
        case .object(var object):
            object[token] = (object[token] ?? .object([:])).setting(tokens.dropFirst(), to: value)
            return .object(object)
        case .array(var elements):
            guard let index = Int(token) else { return self }
            if index == elements.count { elements.append(.object([:])) }
            guard elements.indices.contains(index) else { return self }
            if let changed = elements[index].setting(tokens.dropFirst(), to: value) {
                elements[index] = changed
            } else {
                elements.remove(at: index)
            }
            return .array(elements)
        default:
            return JSONValue.object([:]).setting(tokens, to: value)
        }
    }
}
