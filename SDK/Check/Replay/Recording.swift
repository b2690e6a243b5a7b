import DriverKit
import JSON
import Wire

/// A recorded session: JSON Lines, as `SDK/Check/README.md` describes them.
struct Recording {
    static let form = "commline-trace/1"

    /// One line behind the first one.
    enum Line {
        case event(TracedEvent)
        case random([UInt8])
        /// Something that the driver asked for; the host may have refused it.
        case action(JSONValue)
    }

    /// Why a file is no recording, with the line.
    struct Defect: Error, CustomStringConvertible {
        let description: String
    }

    var plugin: String
    var version: String
    var request: JSONValue
    var opened: Moment
    var lines: [Line]

    // MARK: - Writing

    /// Writes the undisturbed session of a subject.
    static func write(_ baseline: Baseline, to folder: String) throws(CaseFailure) {
        let rehearsal = try baseline.meet(DriverKit.Line(), tracing: true)
        _ = baseline.run(rehearsal)
        let header = header(
            of: baseline.plugin.id, baseline.plugin.version, request: baseline.request,
            at: Subject.now)
        let lines = [header] + rehearsal.driver.trace.map(json)
        let text = lines.map { $0.text() + "\n" }.joined()
        let name = baseline.subject.name.replacing("/", with: "-")
        do throws(WholeFile.Failure) {
            try WholeFile.write(Array(text.utf8), to: "\(folder)/\(name).jsonl")
        } catch {
            throw CaseFailure(error.description)
        }
    }

    /// The first line of a recording.
    static func header(
        of plugin: String, _ version: String, request: JSONValue, at moment: Moment
    ) -> JSONValue {
        [
            "trace": .string(form), "plugin": .string(plugin), "version": .string(version),
            "request": request, "monotonicNs": JSONValue(moment.nanoseconds),
            "wallMs": JSONValue(moment.wallMilliseconds),
        ]
    }

    static func json(_ entry: TraceEntry) -> JSONValue {
        switch entry {
        case .event(let event): json(event)
        case .random(let bytes): ["random": .string(bytes.hex)]
        case .action(let action): action.json
        case .refusedReservation(let counter, let count):
            ["refused": "reserve", "counter": .string(counter), "count": JSONValue(count)]
        }
    }

    private static func json(_ event: TracedEvent) -> JSONValue {
        var fields: JSONObject = [
            "event": .string(event.name), "kind": JSONValue(event.kind),
            "monotonicNs": JSONValue(event.nanoseconds),
            "wallMs": JSONValue(event.wallMilliseconds),
        ]
        fields.set("requestId", event.request)
        fields.set("bytes", event.bytes.hex)
        fields.set("peer", event.peer)
        fields.set("text", event.text)
        fields.set("flags", event.flags)
        fields.set("code", event.code)
        fields.set("graceMs", event.grace)
        fields.set("largestDatagram", event.largestDatagram)
        return .object(fields)
    }

    // MARK: - Reading

    /// Whether a file is a recording and no exchange.
    static func isRecording(_ bytes: [UInt8]) -> Bool {
        let first = bytes.prefix { $0 != UInt8(ascii: "\n") }
        return (try? JSONValue(parsing: Array(first)))?["trace"] != nil
    }

    init(_ bytes: [UInt8]) throws(Defect) {
        var lines: [Line] = []
        var header: JSONValue?
        for (index, text) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
            func defect(_ what: String) -> Defect {
                Defect(description: "line \(index + 1) of the recording \(what)")
            }
            let json: JSONValue
            do throws(JSONError) {
                json = try JSONValue(parsing: Array(text))
            } catch {
                throw defect("is no JSON: \(error)")
            }
            if index == 0 {
                guard json["trace"]?.string == Self.form else {
                    throw defect("does not say \"trace\": \"\(Self.form)\"")
                }
                header = json
            } else if let random = json["random"]?.string {
                guard let drawn = try? Hex.bytes(random) else { throw defect("has no bytes") }
                lines.append(.random(drawn))
            } else if json["action"] != nil || json["refused"] != nil {
                lines.append(.action(json))
            } else if let event = TracedEvent(json) {
                lines.append(.event(event))
            } else {
                throw defect("is no event, no action and no random bytes")
            }
        }
        guard let header, let request = header["request"],
            let nanoseconds = header["monotonicNs"]?.number?.uint64,
            let wall = header["wallMs"]?.number?.int64
        else { throw Defect(description: "line 1 of the recording lacks the request or its time") }
        plugin = header["plugin"]?.string ?? ""
        version = header["version"]?.string ?? ""
        self.request = request
        opened = Moment(nanoseconds: nanoseconds, wallMilliseconds: wall)
        self.lines = lines
    }

    /// What the link answers when it is played again.
    var answers: RecordedAnswers {
        var random: [UInt8] = []
        var grants: [RecordedAnswers.Grant] = []
        for line in lines {
            switch line {
            case .random(let bytes): random += bytes
            case .action(let json) where json["action"] == "reserve":
                if let first = json["first"]?.number?.uint64 { grants.append(.granted(first)) }
            case .action(let json) where json["refused"] == "reserve": grants.append(.refused)
            default: break
            }
        }
        return RecordedAnswers(random: random, grants: grants)
    }
}

extension TracedEvent {
    /// Reads a line of a recording; nil where it is no event.
    init?(_ json: JSONValue) {
        guard let kind = json["kind"]?.int.flatMap({ UInt32(exactly: $0) }),
            let nanoseconds = json["monotonicNs"]?.number?.uint64,
            let wall = json["wallMs"]?.number?.int64,
            let bytes = try? Hex.bytes(json["bytes"]?.string ?? "")
        else { return nil }
        self.init(kind: kind)
        self.nanoseconds = nanoseconds
        wallMilliseconds = wall
        self.bytes = bytes
        request = json["requestId"]?.number?.uint64 ?? 0
        peer = json["peer"]?.string ?? ""
        text = json["text"]?.string ?? ""
        flags = UInt32(clamping: json["flags"]?.int ?? 0)
        code = Int32(clamping: json["code"]?.int ?? 0)
        grace = UInt32(clamping: json["graceMs"]?.int ?? 0)
        largestDatagram = UInt32(clamping: json["largestDatagram"]?.int ?? 0)
    }
}
