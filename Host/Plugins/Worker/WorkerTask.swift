/// What a worker is started for; travels as its arguments, so that an operator's `ps` shows it.
struct WorkerTask: Sendable {
    enum Kind: String, Sendable, CaseIterable {
        /// Serves sessions of drivers and simulators.
        case driver
        /// Runs an integrator's import or command, with the network.
        case source
        /// Loads the library, says what it found, and ends.
        case probe
    }

    var kind: Kind
    var plugin: String
    var version: String
    var hostVersion: String
    /// The most private memory, in MiB.
    var memoryMiB: Int
    /// The process that it serves.
    var parent: Int32

    /// Descriptors that a worker finds open, beside the three standard ones.
    static let socket: Int32 = 3
    static let library: Int32 = 4
    static let page: Int32 = 5
    static let firstUnused: Int32 = 6

    /// The name of the command that runs a worker.
    static let command = "worker"

    var arguments: [String] {
        [
            Self.command, kind.rawValue, plugin, version, hostVersion, String(memoryMiB),
            String(parent),
        ]
    }

    init(
        kind: Kind, plugin: String, version: String, hostVersion: String, memoryMiB: Int,
        parent: Int32
    ) {
        self.kind = kind
        self.plugin = plugin
        self.version = version
        self.hostVersion = hostVersion
        self.memoryMiB = memoryMiB
        self.parent = parent
    }

    /// Reads what `arguments` gave, without the command's name.
    init?(arguments: [String]) {
        guard arguments.count == 6, let kind = Kind(rawValue: arguments[0]),
            let memory = Int(arguments[4]), memory > 0, let parent = Int32(arguments[5])
        else { return nil }
        self.init(
            kind: kind, plugin: arguments[1], version: arguments[2], hostVersion: arguments[3],
            memoryMiB: memory, parent: parent)
    }
}

/// What a worker says once its plugin is loaded.
struct WorkerGreeting: Hashable, Sendable {
    var hasDriver: Bool
    var hasSimulator: Bool
    var hasSource: Bool
    /// What keeps the worker from doing harm, as far as the kernel has it.
    var protections: Protections

    struct Protections: OptionSet, Hashable, Sendable {
        let rawValue: UInt8

        /// Memory, descriptors and core dumps are limited.
        static let limits = Protections(rawValue: 1)
        /// Only the system's libraries can be read.
        static let files = Protections(rawValue: 2)
        /// Most system calls are refused.
        static let calls = Protections(rawValue: 4)
    }
}

extension WireBuffer {
    func put(_ greeting: WorkerGreeting) {
        put(greeting.hasDriver)
        put(greeting.hasSimulator)
        put(greeting.hasSource)
        put(greeting.protections.rawValue)
    }
}

extension WireReader {
    mutating func greeting() throws(WireError) -> WorkerGreeting {
        let hasDriver = try flag()
        let hasSimulator = try flag()
        let hasSource = try flag()
        return WorkerGreeting(
            hasDriver: hasDriver, hasSimulator: hasSimulator, hasSource: hasSource,
            protections: WorkerGreeting.Protections(rawValue: try number()))
    }
}
