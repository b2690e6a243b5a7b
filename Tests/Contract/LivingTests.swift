import JSON
import Testing
import Values

@testable import Plugins

@Suite("A plugin that ends, yields or waits rightly", .timeLimit(.minutes(5)))
struct LivingTests {
    @Test("serves commands in a monitor session, and closes when it is told to")
    func monitor() async throws {
        let exchange = try await Exchange.begin("complete_right", mode: .monitor)
        await exchange.witness.wait { $0.said == ["ready"] }
        let command = SessionCommand(items: [
            SessionRequest.Item(number: 3, kind: .state("TIME")),
            SessionRequest.Item(number: 4, kind: .command("CLOCK_SET")),
        ])
        exchange.session.command(requestID: 70, command)
        let completed = await exchange.witness.wait { !$0.commands.isEmpty && !$0.batches.isEmpty }
        let end = try #require(completed.commands.first)
        #expect(end.requestID == 70)
        #expect(end.code == .busy)
        #expect(end.message?.detail == "one of two")
        #expect(end.remaining.map(\.item) == [4])
        #expect(end.remaining.map(\.code) == [.busy])
        #expect(completed.records.map(\.requestID) == [70])
        #expect(completed.progress.map(\.requestID) == [70])
        exchange.session.command(
            requestID: 71,
            SessionCommand(items: [
                SessionRequest.Item(
                    number: 1, kind: .state("TIME"), parameters: ["wait": true])
            ]))
        exchange.session.cancelCommand(requestID: 71)
        let cancelled = await exchange.witness.wait { $0.commands.count == 2 }
        #expect(cancelled.commands.last?.code == .cancelled)
        exchange.session.close()
        let (finished, heard) = try await exchange.end()
        #expect(finished.code == .cancelled)
        #expect(finished.byDriver)
        #expect(heard.breaches == [])
        #expect(heard.said == ["ready"])
    }

    @Test("finishes with a code, a detail and a message, and its last bytes leave")
    func finish() async throws {
        let exchange = try await Exchange.begin("finish_right")
        let (end, heard) = try await exchange.end()
        #expect(end.code == .accessDenied)
        #expect(end.detail == 17)
        #expect(end.message.id == "no-answer")
        #expect(end.message.parameters == ["seconds": "9"])
        #expect(end.message.detail == "bye")
        #expect(end.remaining.map(\.code) == [.accessDenied, .accessDenied])
        #expect(heard.said == [])
        #expect(exchange.meter.lines == ["READ", "DISC"])
    }

    @Test("yields with a checkpoint, and continues from it")
    func yielded() async throws {
        let first = try await Exchange.begin("yielded_right")
        await first.witness.wait { $0.said.contains("waiting") }
        first.session.yield(grace: .milliseconds(1500))
        let (end, heard) = try await first.end()
        let checkpoint = try #require(end.checkpoint)
        #expect(checkpoint == [7, 8, 9])
        #expect(heard.said == ["waiting"])
        let second = try await Exchange.begin(
            "yielded_right", more: ["checkpoint": .string(TextEncoding.base64(checkpoint))])
        let (last, more) = try await second.end()
        more.expectOrdinary(last)
    }

    @Test("says goodbye when it is cancelled or closed", arguments: [true, false])
    func cancel(isCancelled: Bool) async throws {
        let exchange = try await Exchange.begin("cancel_right")
        await exchange.witness.wait { $0.said.contains("waiting") }
        if isCancelled {
            exchange.session.cancel()
        } else {
            exchange.session.close(grace: .milliseconds(4000))
        }
        let (end, heard) = try await exchange.end()
        #expect(end.code == .cancelled)
        #expect(end.byDriver)
        #expect(exchange.meter.lines == [isCancelled ? "ABORT" : "BYE"])
        #expect(heard.said == ["waiting", isCancelled ? "grace 0" : "grace 4000"])
    }

    @Test("goes on at CREDIT where TOO_MUCH stopped it, and loses nothing")
    func credit() async throws {
        let exchange = try await Exchange.begin("credit_right")
        let (end, heard) = try await exchange.end()
        #expect(end.code == .ok)
        #expect(heard.said == [])
        #expect(heard.breaches == [])
        let mantissas = heard.records.compactMap { record -> Int64? in
            guard case .measurement(.decimal(let value), _) = record.content else { return nil }
            return value.mantissa
        }
        #expect(mantissas == Array(0..<10_000))
    }

    @Test("confirms to the device only what is on disk")
    func afterStored() async throws {
        let exchange = try await Exchange.begin("after_stored_right", confirms: false) {
            // However slow the machine is: only the confirmation ends the wait.
            $0.limits.drain = .seconds(600)
        }
        let heard = await exchange.witness.wait { !$0.batches.isEmpty }
        await exchange.settle()
        #expect(heard.batches.map(\.records.count) == [1])
        #expect(heard.batches.map(\.memory.count) == [1])
        #expect(exchange.meter.lines == ["READ"])
        exchange.session.storeConfirmed(upTo: 1)
        let (end, last) = try await exchange.end()
        #expect(end.code == .ok)
        #expect(last.said == [])
        #expect(exchange.meter.lines == ["READ", "SEEN", "NEXT"])
    }

    @Test("is both ends of the conversation")
    func simulator() async throws {
        let plugin = try Foundry.load("simulator_right")
        #expect(plugin.hasSimulator)
        let simulation = try await SimulatedDevices.start(
            SimulationPlan(plugin: plugin, deviceTypes: ["DT_SIMULATOR_RIGHT"]),
            on: [try Exchange.reactor()])
        let exchange = try await Exchange.begin(
            "simulator_right", port: simulation.devices[0].port)
        let (end, heard) = try await exchange.end()
        heard.expectOrdinary(end)
        #expect(simulation.metrics.snapshot.breaches == 0)
        await simulation.stop()
    }
}
