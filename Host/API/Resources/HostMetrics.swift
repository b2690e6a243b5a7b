import Dispatching
import Plugins
import Reactor
import Store
import Values

/// The host's counters in the text format of Prometheus.
enum HostMetrics {
    /// Collects everything.
    static func text(_ services: Services) async -> String {
        var writer = MetricsWriter()
        process(&writer, version: services.version)
        dispatch(&writer, await services.runs.load)
        writer.family(
            "commline_trace_blocks_dropped_total", .counter,
            "Blocks of the extended journal that were dropped because the disk was too slow.",
            [([], Double(services.store.droppedTraceBlocks))])
        await contacts(&writer, services.store)
        store(&writer, services.store.facts)
        plugins(&writer, services.plugins().statuses)
        return writer.text
    }

    private static func process(_ writer: inout MetricsWriter, version: String) {
        let facts = ProcessFacts.read()
        writer.family(
            "commline_build_info", .gauge, "The running version.", [([("version", version)], 1)])
        writer.family(
            "process_resident_memory_bytes", .gauge, "Resident memory.",
            [([], Double(facts.residentBytes))])
        writer.family(
            "process_peak_resident_memory_bytes", .gauge, "The most resident memory so far.",
            [([], Double(facts.peakResidentBytes))])
        writer.family("process_threads", .gauge, "Threads.", [([], Double(facts.threads))])
        writer.family(
            "process_open_fds", .gauge, "Open file descriptors.",
            [([], Double(facts.openDescriptors))])
        writer.family(
            "process_cpu_seconds_total", .counter, "Processor time.",
            [([], Double(facts.cpuMicroseconds) / 1_000_000)])
    }

    private static func dispatch(_ writer: inout MetricsWriter, _ load: DispatchLoad) {
        writer.family(
            "commline_runs_unfinished", .gauge, "Runs that are not done.",
            [([], Double(load.runs))])
        writer.family(
            "commline_tasks_waiting", .gauge, "Tasks that wait for their lease.",
            [([], Double(load.waiting))])
        writer.family(
            "commline_sessions_running", .gauge, "Sessions with devices.",
            [([], Double(load.running))])
    }

    /// What the store does not answer just now is left out of the scrape.
    private static func contacts(_ writer: inout MetricsWriter, _ store: Store) async {
        let now = store.now
        let found: (ContactAlarms, MonitoringSettings)? = try? await store.read {
            (snapshot) throws(StoreError) in
            let settings = try snapshot.monitoring().settings
            return (try snapshot.contactAlarms(before: settings.alarmLimit(now)), settings)
        }
        guard let (alarms, settings) = found else { return }
        writer.family(
            "commline_devices_overdue", .gauge,
            "Enabled devices whose last success is older than the alarm threshold.",
            [([], Double(alarms.overdue))])
        let age = alarms.oldest.map { Double(now.milliseconds - $0.milliseconds) / 1_000 }
        writer.family(
            "commline_devices_overdue_oldest_seconds", .gauge,
            "The age of the oldest last success among them; 0 without any.", [([], age ?? 0)])
        writer.family(
            "commline_devices_overdue_threshold_seconds", .gauge, "The alarm threshold.",
            [([], Double(settings.alarmHours) * 3_600)])
    }

    private static func store(_ writer: inout MetricsWriter, _ facts: StoreFacts) {
        writer.family(
            "commline_store_paused", .gauge, "1 while the disk takes nothing that is collected.",
            [([], facts.condition == .collecting ? 0 : 1)])
        writer.family(
            "commline_store_pauses_total", .counter, "How often collection paused.",
            [([], Double(facts.pauses))])
        writer.family(
            "commline_store_refused_changes_total", .counter, "Changes that the disk refused.",
            [([], Double(facts.refusedChanges))])
        writer.family(
            "commline_store_ended_questions_total", .counter,
            "Questions that were ended because the log could not grow further.",
            [([], Double(facts.endedQuestions))])
        if let free = facts.freeBytes {
            writer.family(
                "commline_store_free_bytes", .gauge, "Free on the disk of the data.",
                [([], Double(free))])
        }
    }

    private static func plugins(_ writer: inout MetricsWriter, _ statuses: [PluginSet.Status]) {
        func family(
            _ name: String, _ kind: MetricsWriter.Kind, _ help: String,
            _ value: (PluginMetrics.Snapshot) -> Double
        ) {
            writer.family(
                "commline_plugin_" + name, kind, help,
                statuses.map { ([("plugin", $0.id)], value($0.metrics)) })
        }
        family("sessions_open", .gauge, "Sessions now.") { Double($0.sessionsOpen) }
        family("sessions_total", .counter, "Sessions so far.") { Double($0.sessionsTotal) }
        family("received_bytes_total", .counter, "Bytes received.") { Double($0.bytesIn) }
        family("sent_bytes_total", .counter, "Bytes sent.") { Double($0.bytesOut) }
        family("records_total", .counter, "Records emitted.") { Double($0.records) }
        family("slow_callbacks_total", .counter, "Callbacks over 100 ms.") {
            Double($0.slowCallbacks)
        }
        family("contract_breaches_total", .counter, "Calls that broke the ABI's contract.") {
            Double($0.breaches)
        }
        family("degraded", .gauge, "1 while the plugin holds threads for too long.") {
            $0.isDegraded ? 1 : 0
        }
        writer.family(
            "commline_plugin_info", .gauge, "The loaded version, and where it runs.",
            statuses.map { status in
                (
                    [
                        ("plugin", status.id), ("version", status.version),
                        ("isolation", status.isolation.rawValue), ("state", status.state.symbol),
                    ], 1
                )
            })
        workers(&writer, statuses)
        writer.family(
            "commline_plugin_item_outcomes_total", .counter,
            "Final outcomes of items by their code.",
            statuses.flatMap { status in
                ErrorCode.allCases.compactMap { code in
                    status.metrics.itemOutcomes[code].map {
                        ([("plugin", status.id), ("code", code.symbol)], Double($0))
                    }
                }
            })
        writer.family(
            "commline_plugin_session_ends_total", .counter, "Ended sessions by their code.",
            statuses.flatMap { status in
                ErrorCode.allCases.compactMap { code in
                    status.metrics.sessionEnds[code].map {
                        ([("plugin", status.id), ("code", code.symbol)], Double($0))
                    }
                }
            })
        writer.histogram(
            "commline_plugin_callback_seconds", "The time of callbacks.",
            bounds: PluginMetrics.bucketBounds.map { Double($0) / 1_000_000 },
            statuses.map { status in
                (
                    labels: [("plugin", status.id)], counts: status.metrics.callbackHistogram,
                    sum: Double(status.metrics.callbackNanoseconds) / 1_000_000_000
                )
            })
    }
}

extension HostMetrics {
    private static func workers(_ writer: inout MetricsWriter, _ statuses: [PluginSet.Status]) {
        let isolated = statuses.compactMap { status in status.workers.map { (status.id, $0) } }
        func family(
            _ name: String, _ kind: MetricsWriter.Kind, _ help: String,
            _ value: (WorkerSnapshot) -> Double
        ) {
            writer.family(
                "commline_plugin_" + name, kind, help,
                isolated.map { ([("plugin", $0.0)], value($0.1)) })
        }
        family("workers", .gauge, "Worker processes now.") { Double($0.processes.count) }
        family("worker_starts_total", .counter, "Worker processes started.") { Double($0.starts) }
        family("worker_resident_memory_bytes", .gauge, "Their resident memory.") {
            Double($0.residentBytes)
        }
        family("suspects", .gauge, "Devices on which the driver has failed.") {
            Double($0.suspects.count)
        }
        writer.family(
            "commline_plugin_worker_restarts_total", .counter,
            "Worker processes that ended unasked, by their reason.",
            isolated.flatMap { id, workers in
                workers.restarts.sorted { $0.key < $1.key }.map {
                    ([("plugin", id), ("reason", $0.key)], Double($0.value))
                }
            })
    }
}

/// Writes the text format of Prometheus, version 0.0.4.
struct MetricsWriter {
    enum Kind: String {
        case counter, gauge, histogram
    }

    typealias Labels = [(name: String, value: String)]

    private(set) var text = ""

    /// Writes one family of metrics; without samples nothing is written.
    mutating func family(
        _ name: String, _ kind: Kind, _ help: String, _ samples: [(Labels, Double)]
    ) {
        guard !samples.isEmpty else { return }
        head(name, kind, help)
        for (labels, value) in samples { sample(name, labels, value) }
    }

    /// Writes one family of histograms.
    ///
    /// - Parameters:
    ///   - name: The family's name.
    ///   - help: What is counted.
    ///   - bounds: The upper bounds of all buckets but the last, which has none.
    ///   - series: For each set of labels how many fell into each bucket, and their sum.
    mutating func histogram(
        _ name: String, _ help: String, bounds: [Double],
        _ series: [(labels: Labels, counts: [UInt64], sum: Double)]
    ) {
        guard !series.isEmpty else { return }
        head(name, .histogram, help)
        for (labels, counts, sum) in series {
            var total: UInt64 = 0
            for (index, count) in counts.enumerated() {
                total += count
                let bound = index < bounds.count ? Self.number(bounds[index]) : "+Inf"
                sample(name + "_bucket", labels + [("le", bound)], Double(total))
            }
            sample(name + "_sum", labels, sum)
            sample(name + "_count", labels, Double(total))
        }
    }

    private mutating func head(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    private mutating func sample(_ name: String, _ labels: Labels, _ value: Double) {
        text += name
        if !labels.isEmpty {
            let parts = labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }
            text += "{" + parts.joined(separator: ",") + "}"
        }
        text += " " + Self.number(value) + "\n"
    }

    /// Whole numbers without a fraction, as people expect to read counts.
    private static func number(_ value: Double) -> String {
        Int64(exactly: value).map { String($0) } ?? String(value)
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.append(character)
            }
        }
    }
}
