import CCommline
import DriverKit
import JSON
import Testing

/// What a rehearsal says about plugins that break the contract.
@Suite struct RehearsedSessionTests {
    private static let plugin = Result { try RehearsedPlugin.at(AbusivePlugin.entry()) }

    @Test(arguments: AbusiveDriver.all.indices)
    func tellsEachBreachOfTheContract(_ index: Int) throws {
        let session = try RehearsedSession(
            of: Self.plugin.get(),
            request: ["abuse": JSONValue(index), "items": [["number": 0]]])
        session.connect()
        session.close()
        #expect(session.violations == [AbusiveDriver.all[index].violation])
    }

    @Test func tellsWhyAPluginDidNotOpen() throws {
        let session = try RehearsedSession(of: Self.plugin.get(), request: ["abuse": -1])
        #expect(!session.isRunning && session.refusal?.code == .ok)
        session.connect()
        session.close()
        let refused = try RehearsedSession(of: Stage.plugin(), request: ["device": []])
        #expect(refused.refusal?.code == .configuration)
        #expect(refused.refusal?.message?.detail == "request, /device: is no object")
    }

    @Test func refusesPluginsWithSpoiltTables() {
        let spoilers: [(inout commline_plugin) -> Void] = [
            { $0.size = 8 }, { $0.abi_major = 2 }, { $0.id = nil }, { $0.version = nil },
            { $0.activate = nil }, { $0.extension = nil },
            { $0.activate = { _ in COMMLINE_UNSUPPORTED } },
            { $0.extension = { _ in UnsafeRawPointer(AbusivePlugin.driver(.short)) } },
            { $0.extension = { _ in UnsafeRawPointer(AbusivePlugin.driver(.hollow)) } },
        ]
        for spoil in spoilers {
            #expect(throws: RehearsalError.self) {
                try RehearsedPlugin.at(AbusivePlugin.entry(spoil))
            }
        }
        #expect(throws: RehearsalError.self) { try RehearsedPlugin.at(nil) }
    }

    @Test func needsASimulatorForARehearsal() throws {
        #expect(throws: RehearsalError.self) {
            try Rehearsal(of: Self.plugin.get(), request: ["abuse": 0], simulation: [:])
        }
    }

    @Test func activatesAPluginOnce() throws {
        #expect(try Stage.plugin() === Stage.plugin())
        #expect(try Stage.plugin().id == "stage" && Stage.plugin().version == "1.2.3")
    }
}
