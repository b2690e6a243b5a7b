import CSystem
import Glibc
import Synchronization

/// Several reactors, one a core by default.
package final class ReactorGroup: Sendable {
    /// The reactors, in the order of their numbers.
    package let reactors: [Reactor]
    private let turn = Atomic<UInt>(0)

    /// Starts the reactors.
    ///
    /// - Parameters:
    ///   - name: The reactors are named `<name>-0`, `<name>-1`, and so on.
    ///   - count: How many, at least 1; by default one for each core that the process may use.
    /// - Throws: A `SystemError`; reactors that were started before it are stopped.
    package init(name: String = "reactor", count: Int? = nil) async throws(SystemError) {
        var started: [Reactor] = []
        do throws(SystemError) {
            for number in 0..<max(1, count ?? ProcessFacts.usableCores) {
                started.append(try Reactor.start(name: "\(name)-\(number)"))
            }
        } catch {
            for reactor in started { await reactor.stop() }
            throw error
        }
        reactors = started
    }

    /// The next reactor in turn.
    package func next() -> Reactor {
        let number = turn.wrappingAdd(1, ordering: .relaxed).oldValue
        return reactors[Int(number % UInt(reactors.count))]
    }

    /// Stops all of them.
    package func stop() async {
        for reactor in reactors { await reactor.stop() }
    }
}
