import JSON
import Testing
import Values

@testable import Dispatching
@testable import Store

@Suite struct CommandHistoryTests {
    private func run(initiator: String = "ceHeS", user: UUID? = nil, job: UUID? = nil) -> Run {
        Run(
            id: UUID(high: 1, low: 1), project: UUID(high: 2, low: 2), job: job, name: "r",
            initiator: initiator, user: user, context: .null, created: Moment(milliseconds: 5))
    }

    private func task(_ items: [TaskItem]) -> RunTask {
        RunTask(
            id: UUID(high: 3, low: 3), run: UUID(high: 1, low: 1), project: UUID(high: 2, low: 2),
            device: UUID(high: 4, low: 4), serialNumber: "1", deviceType: "T",
            items: .array(items.map(\.json)))
    }

    @Test func tellsHowACommandWasLaunched() {
        let somebody = UUID(high: 9, low: 9)
        #expect(CommandHistory.launch(of: run(user: somebody)) == .system)
        #expect(CommandHistory.launch(of: run(user: somebody, job: somebody)) == .system)
        #expect(CommandHistory.launch(of: run(job: somebody)) == .schedule)
        #expect(CommandHistory.launch(of: run(initiator: "Podis", user: somebody)) == .external)
        #expect(CommandHistory.launch(of: run()) == .undefined)
    }

    @Test func makesAnEntryForEachCommandOnly() {
        let items = [
            TaskItem(number: 0, kind: .state, symbol: "TIME"),
            TaskItem(
                number: 1, kind: .command, symbol: "FUNC_CLOCK_SET",
                parameters: ["offset": 3]),
        ]
        var made: UInt64 = 0
        let entries = CommandHistory.entries(of: task(items), in: run(), comment: "why") {
            made += 1
            return UUID(high: 7, low: made)
        }
        #expect(entries.count == 1)
        #expect(entries.first?.function == "FUNC_CLOCK_SET")
        #expect(entries.first?.item == 1)
        #expect(entries.first?.parameters == ["offset": 3])
        #expect(entries.first?.comment == "why")
        #expect(entries.first?.state == .pending)
    }
}
