import CCommline

/// The functions of `commline_sink`, the same for all runs; `host` tells them apart.
enum SinkTable {
    /// A sink whose `host` is still to be set.
    static var template: commline_sink {
        var sink = commline_sink()
        sink.size = UInt32(MemoryLayout<commline_sink>.size)
        sink.device = { sink, json in
            answer(sink, "device") { run throws(LinkRefusal) in try run.device(json) }
        }
        sink.record = { sink, externalID, record in
            answer(sink, "record") { run throws(LinkRefusal) in
                try run.record(externalID, record)
            }
        }
        sink.missing = { sink, json in
            answer(sink, "missing") { run throws(LinkRefusal) in try run.missing(json) }
        }
        sink.outcome = { sink, outcome in
            answer(sink, "outcome") { run throws(LinkRefusal) in try run.outcome(outcome) }
        }
        sink.note = { sink, level, message in
            answer(sink, "note") { run throws(LinkRefusal) in
                try run.note(level: level, message)
            }
        }
        sink.progress = { sink, done, total in
            answer(sink, "progress") { run throws(LinkRefusal) in
                try run.progress(done: done, total: total)
            }
        }
        sink.remember = { sink, key, bytes in
            answer(sink, "remember") { run throws(LinkRefusal) in try run.remember(key, bytes) }
        }
        sink.cancelled = { sink in
            // Whoever asks a sink that is none is to stop.
            guard let host = sink?.pointee.host else { return true }
            return Unmanaged<SourceRun>.fromOpaque(host).takeUnretainedValue().isToStop
        }
        return sink
    }
}

/// Finds the run and makes a status of what the call gives.
///
/// Not a member of the table: a C function captures nothing, not even a type.
private func answer(
    _ sink: UnsafePointer<commline_sink>?, _ name: StaticString,
    _ body: (SourceRun) throws(LinkRefusal) -> Void
) -> commline_status {
    guard let host = sink?.pointee.host else { return COMMLINE_INVALID }
    let run = Unmanaged<SourceRun>.fromOpaque(host).takeUnretainedValue()
    // Elsewhere, or after the end, nothing of the run may be touched.
    guard run.isOnItsThread else {
        run.strayCall(name)
        return COMMLINE_INVALID
    }
    do throws(LinkRefusal) {
        try body(run)
        return COMMLINE_OK
    } catch {
        run.note(error, in: name)
        return error.status
    }
}
