import DriverKit
import Glibc
import JSON
import Testing
import Values

/// The two example plugins, as libraries, against their own simulators.
@Suite struct ExamplePluginTests {
    private struct LibraryError: Error, CustomStringConvertible {
        let description: String
    }

    private typealias Entry = @convention(c) () -> UnsafeRawPointer?

    /// The C example, compiled once with its simulator.
    private static let inC = Result {
        let library = try compile()
        defer { unlink(library) }
        return try load(library)
    }
    /// The Swift example, as the build made it, beside the tests.
    private static let inSwift = Result { try load(buildFolder() + "/libExampleDriver.so") }

    enum Language: String, CaseIterable, Sendable { case c, swift }

    static func plugin(_ language: Language) throws -> RehearsedPlugin {
        switch language {
        case .c: try inC.get()
        case .swift: try inSwift.get()
        }
    }

    private static func load(_ path: String) throws -> RehearsedPlugin {
        guard let library = dlopen(path, RTLD_NOW | RTLD_LOCAL),
            let symbol = dlsym(library, "commline_plugin_entry")
        else { throw LibraryError(description: dlerror().map { String(cString: $0) } ?? path) }
        return try RehearsedPlugin.at(unsafeBitCast(symbol, to: Entry.self)())
    }

    private static func compile() throws -> String {
        let file: StaticString = #filePath
        let root = "\(file)".split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
        let library = "/tmp/commline-example-\(getpid()).so"
        let examples = root + "/SDK/Examples/C/example_"
        let arguments = [
            "gcc", "-std=c11", "-fPIC", "-shared", "-fvisibility=hidden", "-DEXAMPLE_SIMULATOR",
            "-I", root + "/SDK/include", "-o", library, examples + "driver.c",
            examples + "simulator.c",
        ]
        let words = arguments.map { strdup($0) }
        defer { for word in words { free(word) } }
        var process: pid_t = 0
        var status: Int32 = -1
        guard posix_spawnp(&process, "gcc", nil, nil, words + [nil], environ) == 0,
            waitpid(process, &status, 0) == process, status == 0
        else { throw LibraryError(description: "gcc: \(status)") }
        return library
    }

    private static func buildFolder() throws -> String {
        var path = [CChar](repeating: 0, count: 4096)
        let size = readlink("/proc/self/exe", &path, path.count - 1)
        guard size > 0 else { throw LibraryError(description: "readlink: errno \(errno)") }
        let bytes = path[..<size].map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self)
            .split(separator: "/").dropLast().map { "/" + $0 }.joined()
    }

    static let request: JSONValue = [
        "device": ["type": "DT_EXAMPLE", "serialNumber": "1"],
        "protocol": ["settings": ["EXAMPLE_TIMEOUT": "00:00:05", "EXAMPLE_ATTEMPTS": 3]],
        "items": [
            [
                "number": 0, "kind": "archive", "archive": "CURRENT", "quantities": ["A+"],
                "tags": ["TOTAL"],
            ]
        ],
    ]

    private static func session(_ language: Language) throws -> RehearsedSession {
        try RehearsedSession(of: plugin(language), request: request)
    }

    // MARK: - What both do

    @Test(arguments: Language.allCases)
    func readsTheSimulatedMeter(_ language: Language) throws {
        for index in 0..<5 {
            let rehearsal = try Rehearsal(
                of: Self.plugin(language), request: Self.request,
                simulation: [
                    "type": "DT_EXAMPLE", "serialNumber": "1", "index": JSONValue(index),
                    "count": 5, "seed": 7,
                ], line: .splitting(into: 3))
            #expect(rehearsal.run() == .finished)
            #expect(rehearsal.driver.finish?.code == .ok)
            #expect(rehearsal.driver.records.count == 1)
            #expect(rehearsal.violations.isEmpty)
        }
    }

    @Test(arguments: Language.allCases)
    func emitsTheReadingToTheDigit(_ language: Language) throws {
        let session = try Self.session(language)
        session.connect()
        #expect(session.takeSent() == [Array("READ\r\n".utf8)])
        session.deliver(Array("A+ 1234.".utf8))
        session.deliver(Array("50 kWh\r\n".utf8))
        var record = try #require(session.records.first)
        record.item = nil
        let expected = Record.measurement(
            archive: "CURRENT", quantity: "A+", tag: "TOTAL",
            value: .decimal(Decimal(mantissa: 123_450, exponent: -2)), time: nil)
        #expect(record == expected && "\(record)" == "\(expected)")
        #expect(session.finish?.code == .ok)
        #expect(session.violations.isEmpty)
    }

    @Test(arguments: Language.allCases)
    func asksThreeTimes(_ language: Language) throws {
        let session = try Self.session(language)
        session.connect()
        session.advance(by: .milliseconds(14_999))
        #expect(session.sent.count == 3 && session.isRunning)
        session.advance(by: .milliseconds(1))
        #expect(session.finish?.code == .timeout)
        #expect(session.violations.isEmpty)
    }

    @Test(arguments: [
        ("ERR 7\r\n", ErrorCode.objectUndefined), ("A+ 12.3.4 kWh\r\n", .decode),
        ("A+ x kWh\r\n", .decode), ("A+ 1 MWh\r\n", .decode), ("R+ 1 kWh\r\n", .decode),
        ("A+ \r\n", .decode), ("\r\n", .decode),
        ("A+ 12345678901234567891 kWh\r\n", .decode),
    ])
    func refusesOtherAnswers(_ answer: String, _ code: ErrorCode) throws {
        for language in Language.allCases {
            let session = try Self.session(language)
            session.connect()
            session.deliver(Array(answer.utf8))
            #expect(session.finish?.code == code, "\(language)")
            #expect(session.records.isEmpty && session.violations.isEmpty)
        }
    }

    @Test(arguments: Language.allCases)
    func endsWhenItIsDisturbed(_ language: Language) throws {
        let endings: [(RehearsedSession) -> Void] = [
            { $0.cancel() }, { $0.askToClose() }, { $0.disconnect(.transport) },
            { $0.disconnect(.ok) },
        ]
        let codes: [ErrorCode] = [.cancelled, .cancelled, .transport, .transport]
        for isConnected in [false, true] {
            for (ending, code) in zip(endings, codes) {
                let session = try Self.session(language)
                if isConnected { session.connect() }
                ending(session)
                #expect(session.finish?.code == code)
                #expect(session.violations.isEmpty)
            }
        }
    }

    @Test(arguments: Language.allCases)
    func survivesNoise(_ language: Language) throws {
        for seed in 0..<200 as Range<UInt64> {
            let rehearsal = try Rehearsal(
                of: Self.plugin(language), request: Self.request,
                simulation: ["type": "DT_EXAMPLE", "serialNumber": "1"],
                line: .noisy(perMille: 250), seed: seed)
            #expect(rehearsal.run() == .finished)
            #expect(rehearsal.violations.isEmpty)
        }
    }
}
