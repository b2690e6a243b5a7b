import Crypto
import Reactor

/// What goes into the two journals, without secrets.
extension DeviceSession {
    func traceReceived(_ bytes: [UInt8], at stamp: TimeStamp, redacted: [Range<Int>]) {
        var bytes = bytes
        let blanked = receivedBlanker.blank(&bytes, known: redacted)
        trace.append(TraceLine(stamp: stamp, kind: .received(bytes), blanked: blanked))
    }

    func traceSent(_ outgoing: OutgoingBytes, at stamp: TimeStamp) {
        var bytes = outgoing.bytes
        let blanked = sentBlanker.blank(&bytes, known: outgoing.secrets)
        guard outgoing.isBulk else {
            trace.append(TraceLine(stamp: stamp, kind: .sent(bytes), blanked: blanked))
            return
        }
        // The digest is of the blanked bytes: one of a short secret could be guessed from it.
        let digest = (try? Digest.sha256.of(bytes)) ?? []  // without libcrypto there is no digest
        trace.append(
            TraceLine(
                stamp: stamp, kind: .sentBulk(count: bytes.count, sha256: digest), blanked: blanked)
        )
    }

    /// Bytes that came and that the driver will not handle any more belong to the journal as well.
    func traceUnhandled() {
        for (bytes, stamp) in ordinary.dropConnection() {
            traceReceived(bytes, at: stamp, redacted: [])
        }
    }

    /// Hands the lines that have gathered to the delegate.
    func flushJournals() {
        if !trace.isEmpty {
            let lines = trace
            trace = []
            delegate?.session(self, traced: lines)
        }
        if !noteQueue.isEmpty {
            let notes = noteQueue
            noteQueue = []
            delegate?.session(self, noted: notes)
        }
    }
}
