import Manifests
import JSON

/// The channel types that the host itself has, in the form in which manifests describe theirs.
package enum BuiltInChannels {
    /// The type of a TCP client channel.
    package static let tcp = "CHAN_TYPE_TCP"

    // Settings whose names the import format fixes…
    static let tcpAddress = "CHAN_TYPE_TCP_OP_IP_ADDRESS"
    static let tcpPort = "CHAN_TYPE_TCP_OP_IP_PORT"
    static let tcpSevenBit = "CHAN_TYPE_TCP_OP_USE_7E1"
    // …and ours.
    static let tcpConnectTimeout = "CHAN_TYPE_TCP_OP_CONNECT_TIMEOUT"
    static let tcpKeepAlive = "CHAN_TYPE_TCP_OP_KEEP_ALIVE"
    static let tcpDeliveryDelay = "CHAN_TYPE_TCP_OP_DELIVERY_DELAY"
    static let tcpSessions = "CHAN_TYPE_TCP_OP_MAX_SESSIONS"

    private static func names(_ russian: String, _ english: String) -> JSONValue {
        ["ru": .string(russian), "en": .string(english)]
    }

    private static let tcpDocument: JSONValue = [
        "type": .string(tcp),
        "names": names("TCP-клиент", "TCP client"),
        "settings": [
            "type": "object",
            "required": [.string(tcpAddress), .string(tcpPort)],
            "properties": [
                tcpAddress: [
                    "type": "string", "minLength": 1, "maxLength": 253,
                    "pattern": "^[0-9A-Za-z._:%\\[\\]-]+$",
                    "description": "An IPv4 or IPv6 address, or a host name.",
                    "x-names": names("IP-адрес", "IP address"),
                ],
                tcpPort: [
                    "type": "integer", "minimum": 1, "maximum": 65535,
                    "x-names": names("Порт", "Port"),
                ],
                tcpSevenBit: [
                    "type": "boolean", "default": false,
                    "description": "The line behind the converter runs with 7 bits, even parity.",
                    "x-names": names("Использовать 7E1", "Use 7E1"),
                ],
                tcpConnectTimeout: [
                    "type": "integer", "minimum": 1, "maximum": 300, "default": 10,
                    "description": "How long the connection may take to be made.",
                    "x-names": names("Время ожидания соединения", "Connection time-out"),
                    "x-unit": "s", "x-rendition": "own",
                ],
                tcpKeepAlive: [
                    "type": "boolean", "default": true,
                    "description": "An idle connection is probed.",
                    "x-names": names("Проверять соединение", "Probe the connection"),
                    "x-rendition": "own",
                ],
                tcpDeliveryDelay: [
                    "type": "integer", "minimum": 0, "maximum": 10_080, "default": 0,
                    "description": """
                    How much later than its interval's end a value may be there, as behind a network \
                    that delivers end-of-day values up to 6 h late: it is not asked for before.
                    """,
                    "x-names": names("Задержка доставки показаний", "Delay of delivery"),
                    "x-unit": "min", "x-rendition": "own",
                ],
                tcpSessions: [
                    "type": "integer", "minimum": 0, "maximum": 100_000, "default": 0,
                    "description": "How many sessions may use the channel at once; 0 for no bound.",
                    "x-names": names("Сеансов одновременно", "Sessions at once"),
                    "x-rendition": "own",
                ],
            ],
            "additionalProperties": false,
        ],
    ]

    /// All of them, and what is wrong with this table (nothing, which a test checks).
    static let read = SettingsType.read([tcpDocument], from: "built-in channels")

    /// The host's channel types.
    package static var types: [SettingsType] { read.types }
}

extension BuiltInChannels {
    /// How much later than its interval's end a value may be there.
    ///
    /// - Parameter settings: The channel's.
    /// - Returns: The delay; zero where none is set.
    package static func deliveryDelay(in settings: JSONObject) -> Duration {
        .seconds(60 * (settings[tcpDeliveryDelay]?.int ?? 0))
    }

    /// How many sessions may use a channel at once; 0 for no bound.
    ///
    /// - Parameter settings: The channel's, complete.
    /// - Returns: The bound.
    package static func sessionLimit(in settings: JSONObject) -> Int {
        settings[tcpSessions]?.int ?? 0
    }
}

extension ChannelEndpoint {
    /// Makes an endpoint of a channel's complete settings.
    ///
    /// - Parameters:
    ///   - type: The channel's type; nil is returned for one that the host cannot open.
    ///   - settings: Complete and valid, as `Catalogue.checkChannel` gives them; nil is returned where
    ///     something is missing.
    package init?(type: String, settings: JSONObject) {
        guard type == BuiltInChannels.tcp,
            let host = settings[BuiltInChannels.tcpAddress]?.string, !host.isEmpty,
            let port = settings[BuiltInChannels.tcpPort]?.int.flatMap({ UInt16(exactly: $0) })
        else { return nil }
        let seconds = settings[BuiltInChannels.tcpConnectTimeout]?.int ?? 10
        self = .tcp(
            TCPEndpoint(
                host: host, port: port, connectTimeout: .seconds(seconds),
                keepAlive: settings[BuiltInChannels.tcpKeepAlive]?.bool ?? true,
                isSevenBit: settings[BuiltInChannels.tcpSevenBit]?.bool ?? false))
    }
}
