import JSON
import Manifests

// Who holds where two plugins say the same. Folders count in the order in which they are given, the vendor
// directory before the bundled one, and files within a folder in the order of their names.
//
// - A plugin id: the first manifest holds; a later one is `shadowed` and nothing of it is used. So an
//   installed package takes the place of the bundled plugin of its name, whatever their versions are.
// - A driver (device type, DeviceLib, ProtocolMap): the first plugin serves it.
// - A device type's description, a protocol type, a channel type of plugins: the first one's holds. A
//   protocol that is described in the same words shares one description, and nothing is in conflict.
// - A channel type of the host itself is never a plugin's: that plugin is refused.
//
// Whatever is decided here is told: `shadowed`, `conflicts`, and a warning among the defects.

extension Catalogue {
    /// A manifest that another one of the same id keeps from being used.
    package struct Shadowed: Hashable, Sendable {
        /// The plugin's id.
        package let plugin: String
        package let version: String
        /// The file of the manifest that is not used.
        package let file: String
        /// The file of the one that is.
        package let winner: String
        package let winnerVersion: String
    }

    /// Something that several plugins offer and one of them serves.
    package struct Conflict: Hashable, Sendable, CustomStringConvertible {
        /// What is offered twice.
        package enum Subject: Hashable, Sendable {
            /// The way to talk to devices of a type.
            case driver(deviceType: String, deviceLib: String, protocolMap: String)
            /// Class, resource or names of a device type.
            case deviceType(String)
            /// The settings of a protocol type.
            case protocolType(String)
            /// The settings of a channel type.
            case channelType(String)
        }

        package let subject: Subject
        /// The id of the plugin that serves.
        package let serving: String
        /// The ids of those that do not, in their order.
        package internal(set) var others: [String]

        /// What is offered twice, in words.
        package var what: String {
            switch subject {
            case .driver(let type, let library, let map):
                "the driver of \(type) (\(library), \(map))"
            case .deviceType(let symbol): "the description of the device type \(symbol)"
            case .protocolType(let symbol): "the settings of the protocol \(symbol)"
            case .channelType(let symbol): "the settings of the channel \(symbol)"
            }
        }

        package var description: String {
            "\(what): \(serving) serves, and not \(others.joined(separator: ", "))"
        }
    }

    /// Why a manifest cannot be used beside the host's own types.
    func refusals(of manifest: Manifest) -> [ManifestDefect] {
        let own = Set(BuiltInChannels.types.map(\.type))
        return manifest.channels.enumerated().filter { own.contains($0.element.type) }.map {
            ManifestDefect(
                file: manifest.file, pointer: JSONPointer(["channels", "\($0.offset)", "type"]),
                problem: "\"\($0.element.type)\" is a channel of the host itself",
                remedy: "give it a name of its own")
        }
    }

    /// The shadow of an earlier manifest on a later one, as a warning.
    static func warning(of shadow: Shadowed) -> ManifestDefect {
        ManifestDefect(
            .warning, file: shadow.file, pointer: JSONPointer(["id"]),
            problem:
                "is \"\(shadow.plugin)\" \(shadow.version), which \(shadow.winner) is already, in version "
                + shadow.winnerVersion,
            remedy: "nothing of it is used; remove one of the two")
    }

    /// A conflict as a warning in the manifest that does not serve.
    static func warning(of conflict: Conflict, in manifest: Manifest) -> ManifestDefect {
        ManifestDefect(
            .warning, file: manifest.file,
            problem:
                "offers \(conflict.what) as well as the plugin \"\(conflict.serving)\", which serves",
            remedy: "remove one of the plugins, or have this one's vendor give it a name of its own"
        )
    }
}
