import JSON

/// A manifest that says everything, and changes to it.
enum ManifestSample {
    static let document: JSONValue = [
        "$schema": "schema.json", "manifestVersion": 1, "id": "com.acme.meter",
        "version": "1.2.3-beta.1+build.5", "vendor": "Acme", "abi": "1.0",
        "library": "libAcme.so", "sha256": .string(String(repeating: "0a", count: 32)),
        "isolation": "process", "limits": ["sessions": 10, "memoryMiB": 64],
        "rendition": "own", "x-note": ["anything": [1, true]],
        "deviceTypes": [
            [
                "symbol": "DT_ACME", "class": "DC_METER",
                "names": ["ru": "Счётчик", "en": "Meter"],
                "resource": "electricity", "rendition": "own", "deviceLib": "DL_ACME",
                "protocolMaps": [
                    [
                        "symbol": "PROTO_MAP_ACME", "protocol": "PROTO_ACME",
                        "names": ["ru": "Карта", "en": "Map"], "rendition": "maker",
                    ]
                ],
                "attributes": ["AT_ACCESS_PASSWORD"],
                "archives": [["archive": "CURRENT", "quantities": ["A+"], "tags": ["TOTAL"]]],
                "journals": ["VOLTAGE"],
                "states": [["archive": "TIME", "types": ["CLOCK"]]],
                "commands": [
                    [
                        "symbol": "CLOCK_SET", "repeatable": true,
                        "names": ["ru": "Время", "en": "Clock"],
                        "parameters": [
                            "type": "object", "properties": ["SHIFT": ["type": "integer"]],
                        ],
                    ]
                ],
            ]
        ],
        "protocols": [type("PROTO_ACME")], "channels": [type("CHAN_TYPE_ACME")],
        "layers": [type("LAYER_ACME")], "listeners": [type("LISTENER_ACME")],
        "messages": ["no-answer": ["ru": "Нет ответа {n}", "en": "No answer {n}"]],
    ]

    private static func type(_ symbol: String) -> JSONValue {
        [
            "type": .string(symbol), "names": ["ru": "Имя", "en": "Name"],
            "settings": [
                "type": "object", "required": ["PASSWORD"],
                "properties": [
                    "PASSWORD": [
                        "type": ["string", "integer"], "minLength": 4, "x-secret": true,
                        "x-attribute": "AT_ACCESS_PASSWORD",
                        "x-names": ["ru": "Пароль", "en": "Password"],
                    ],
                    "ADDRESS": [
                        "type": "integer", "minimum": 0, "default": 1, "x-bus-address": true,
                        "x-defaults": ["CHAN_TYPE_CENC": 0],
                    ],
                    "WAIT": ["type": "string", "pattern": "^[0-9:]+$", "x-unit": "s"],
                    "MODE": ["enum": ["a", "b"]], "SCALE": ["$ref": "#/$defs/scale"],
                ],
                "$defs": ["scale": ["type": "number", "exclusiveMinimum": 0]],
                "additionalProperties": false,
            ],
        ]
    }

    /// The document with a value put at a pointer; nil removes what is there.
    static func changed(_ pointer: String, to value: JSONValue?) -> JSONValue {
        change(document, JSONPointer(pointer)?.tokens[...] ?? [], value) ?? .null
    }

    private static func change(
        _ document: JSONValue, _ tokens: ArraySlice<String>, _ value: JSONValue?
    ) -> JSONValue? {
        guard let token = tokens.first else { return value }
        switch document {
        case .object(var object):
            object[token] = change(object[token] ?? [:], tokens.dropFirst(), value)
            return .object(object)
        case .array(var elements):
            guard let index = Int(token), index <= elements.count else { return document }
            if index == elements.count { elements.append([:]) }
            if let changed = change(elements[index], tokens.dropFirst(), value) {
                elements[index] = changed
            } else {
                elements.remove(at: index)
            }
            return .array(elements)
        default: return document
        }
    }
}
