import CSystem
import Glibc

extension TCPStream: Pollable {
    func ready(_ events: UInt32) {
        switch state {
        case .connecting: connectReady()
        case .open: openReady(events)
        case .idle, .closed: break
        }
    }

    func reactorStopped() {
        fail(.reactorStopped)
    }

    private func openReady(_ events: UInt32) {
        if events & csys_writable != 0 { flushNow() }
        guard state == .open else { return }
        if wantsBytes {
            // Reading, too, finds out about a reset, and finds what came before it first.
            if events & (csys_readable | csys_hangup | csys_error) != 0 { readOnce() }
        } else if events & (csys_hangup | csys_error) != 0 {
            hungUpUnread()
        }
    }

    private var wantsBytes: Bool { !readingPaused && !peerFinished }

    private func readOnce() {
        let buffer = reactor.readBuffer
        let count = csys_receive(descriptor, buffer.baseAddress, buffer.count)
        if count > 0 {
            let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            handler?(.received(ReceivedBytes(bytes: bytes, stamp: .now)))
        } else if count == 0 {
            peerFinished = true
            updateInterest()
            handler?(.peerFinished)
            endIfBothFinished()
        } else if count != -Int(EAGAIN) && count != -Int(EINTR) {
            fail(Self.closure("recv", code: Int32(clamping: -count)))
        }
    }

    /// The connection is gone, while the owner does not want to read.
    private func hungUpUnread() {
        if queue.byteCount > 0 { flushNow() }
        guard state == .open else { return }
        if peerFinished {
            let pending = csys_pending_error(descriptor)
            if pending < 0 { return fail(Self.closure("recv", code: -pending)) }
            if finSent { return fail(.finished) }
        }
        // What came before lies unread in the system, and it comes first: epoll, which would report the
        // hang-up over and over, is left until `resumeReading`. A write meets the error by itself.
        if let registration { reactor.deregister(registration, descriptor) }
        registration = nil
        interest = 0
    }

    package func pauseReading() {
        reactor.checkIsolated()
        guard !readingPaused else { return }
        readingPaused = true
        updateInterest()
    }

    package func resumeReading() {
        reactor.checkIsolated()
        guard readingPaused else { return }
        readingPaused = false
        updateInterest()
    }

    /// Ends an endpoint on which neither side has anything more to say.
    func endIfBothFinished() {
        if state == .open, peerFinished, finSent { fail(.finished) }
    }

    /// Makes epoll report what is wanted now.
    func updateInterest() {
        guard state == .open else { return }
        var wanted: UInt32 = wantsBytes ? csys_readable : 0
        if queue.byteCount > 0 && !flushScheduled { wanted |= csys_writable }
        if let registration {
            guard wanted != interest else { return }
            interest = wanted
            return reactor.poller.modify(registration, descriptor, wanted)
        }
        guard wanted != 0 else { return }
        interest = wanted
        do throws(SystemError) {
            registration = try reactor.register(descriptor, wanted, self)
        } catch {
            let reason: EndpointClosure = reactor.ended ? .reactorStopped : .failed(error)
            reactor.schedule(after: .zero) { [self] in fail(reason) }
        }
    }

    static func closure(_ call: String, code: Int32) -> EndpointClosure {
        let error = SystemError(call, code: code)
        return code == ECONNRESET || code == EPIPE ? .reset(error) : .failed(error)
    }
}
