import Values

// An integrator behind a socket: its opening goes to the worker, reports and the end come back. The plugin's
// name and the moment of a report are not sent: the host knows them better than a worker whose memory may be
// damaged.

private enum ReportTag: UInt8 {
    case device, record, missing, outcome, note, progress, remember, breach
}

extension WireBuffer {
    func put(_ opening: SourceOpening) {
        put(opening.task == .import)
        put(opening.json)
        put(opening.items) { put($0) }
        put(opening.memory) { key, size in
            put(key)
            put(Int64(size))
        }
        put(UInt32(clamping: opening.window))
    }

    func put(_ report: SourceReport) {
        put(report.number)
        switch report.content {
        case .device(let device):
            put(ReportTag.device)
            put(device)
        case .record(let externalID, let record):
            put(ReportTag.record)
            put(externalID)
            put(record)
        case .missing(let missing):
            put(ReportTag.missing)
            put(missing)
        case .outcome(let outcome):
            put(ReportTag.outcome)
            put(outcome)
        case .note(let note):
            put(ReportTag.note)
            put(note.level.rawValue)
            put(note.message)
        case .progress(let done, let total):
            put(ReportTag.progress)
            put(done)
            put(total)
        case .remember(let write):
            put(ReportTag.remember)
            put(write.key)
            put(write.bytes)
        case .breach(let text):
            put(ReportTag.breach)
            put(text)
        }
    }

    /// Writes an end; `remaining` and `message` are left out: they are the host's own.
    func put(_ end: SourceEnd) {
        put(end.code.rawValue)
        put(end.detail)
        put(end.text)
        put(end.lastNumber)
        put(end.breaches)
    }

    private func put(_ tag: ReportTag) {
        put(tag.rawValue)
    }
}

extension WireReader {
    mutating func sourceOpening() throws(WireError) -> SourceOpening {
        let task: SourceOpening.Task = try flag() ? .import : .command
        let json = try text()
        let items = try elements(size: 4) { (reader) throws(WireError) in
            try reader.number(UInt32.self)
        }
        let memory = try elements(size: 12) { (reader) throws(WireError) in
            let key = try reader.text()
            return (key, Int(try reader.number(Int64.self)))
        }
        return SourceOpening(
            task: task, json: json, items: items,
            memory: Dictionary(memory) { first, _ in first },
            window: Int(try number(UInt32.self)))
    }

    mutating func sourceEnd() throws(WireError) -> SourceEnd {
        let code = try self.code()
        let detail = try number(Int32.self)
        let text = try self.text()
        let lastNumber = try number(UInt64.self)
        return SourceEnd(
            code: code, detail: detail, text: text, lastNumber: lastNumber,
            breaches: try number())
    }
}

extension TurnReader {
    /// Reads one report; `SourceCheck` judges whether it may be.
    func sourceReport(_ reader: inout WireReader) throws(WireError) -> SourceReport {
        let number = try reader.number(UInt64.self)
        return SourceReport(number: number, content: try sourceContent(&reader))
    }

    private func sourceContent(
        _ reader: inout WireReader
    ) throws(WireError) -> SourceReport.Content {
        guard let tag = ReportTag(rawValue: try reader.number()) else {
            throw WireError("there is no such report")
        }
        switch tag {
        case .device: return .device(try reader.object())
        case .record:
            let externalID = try reader.text()
            return .record(externalID: externalID, try record(&reader))
        case .missing: return .missing(try reader.object())
        case .outcome: return .outcome(try outcome(&reader))
        case .note: return .note(try note(&reader))
        case .progress:
            let done = try reader.number(UInt32.self)
            return .progress(done: done, total: try reader.number())
        case .remember:
            let key = try reader.text()
            return .remember(MemoryWrite(key: key, bytes: try reader.array()))
        case .breach: return .breach(try reader.text())
        }
    }
}
