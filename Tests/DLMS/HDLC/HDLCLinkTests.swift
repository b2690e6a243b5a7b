import Testing

@testable import DLMS

@Suite("HDLC link")
struct HDLCLinkTests {
    private let clientAddress = HDLCAddress(single: 32)
    private let serverAddress = HDLCAddress(upper: 1, lower: 5694, length: .four)

    private func makeLink(_ size: Int) throws -> (HDLCClientLink, HDLCServerLink) {
        let parameters = HDLCParameters(transmitInformation: size, receiveInformation: size)
        return (
            HDLCClientLink(
                client: try #require(clientAddress), server: try #require(serverAddress),
                proposed: parameters),
            HDLCServerLink(proposed: parameters)
        )
    }

    private func connected(_ size: Int) throws -> (HDLCClientLink, HDLCServerLink) {
        var (client, server) = try makeLink(size)
        let reply = try #require(reset(try deliver(client.connect(), to: &server)))
        #expect(client.receive(try HDLCFrame(decoding: reply[...])) == .connected)
        return (client, server)
    }

    private func deliver(
        _ bytes: [UInt8], to server: inout HDLCServerLink
    ) throws -> HDLCServerLink.Step {
        server.receive(try HDLCFrame(decoding: bytes[...]))
    }

    private func reset(_ step: HDLCServerLink.Step) -> [UInt8]? {
        if case .reset(let bytes) = step { bytes } else { nil }
    }

    /// Carries one request and its answer, and returns both as they arrived and the frames used.
    private func exchange(
        _ request: [UInt8], _ answer: [UInt8], _ client: inout HDLCClientLink,
        _ server: inout HDLCServerLink
    ) throws -> (request: [UInt8], answer: [UInt8], frames: Int) {
        var received: [UInt8] = []
        var outgoing = client.request(request)
        for frames in 1... {
            let reply: [UInt8]
            switch try deliver(outgoing, to: &server) {
            case .reply(let bytes): reply = bytes
            case .request(let bytes):
                received = bytes
                reply = server.answer(answer)
            default:
                Issue.record("the server stays silent")
                return ([], [], frames)
            }
            switch client.receive(try HDLCFrame(decoding: reply[...])) {
            case .transmit(let bytes): outgoing = bytes
            case .delivered(let bytes): return (received, bytes, frames)
            case let step:
                Issue.record("\(step)")
                return ([], [], frames)
            }
        }
        return ([], [], 0)
    }

    @Test("carries messages of any length both ways", arguments: [32, 64, 128, 1024, 2030])
    func segments(size: Int) throws {
        var (client, server) = try connected(size)
        for length in [0, 1, size - 1, size, size + 1, 3 * size, 9 * size + 5] {
            let request = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
            let answer = Array(request.reversed())
            let result = try exchange(request, answer, &client, &server)
            #expect(result.request == request)
            #expect(result.answer == answer)
            let pieces = max(1, (length + size - 1) / size)
            #expect(result.frames == 2 * pieces - 1)
        }
    }

    @Test("takes the size that both ends can carry")
    func negotiates() throws {
        var client = HDLCClientLink(
            client: try #require(clientAddress), server: try #require(serverAddress),
            proposed: HDLCParameters(transmitInformation: 256, receiveInformation: 256))
        var server = HDLCServerLink(proposed: .standard)
        let reply = try #require(reset(try deliver(client.connect(), to: &server)))
        #expect(client.receive(try HDLCFrame(decoding: reply[...])) == .connected)
        #expect(client.agreed == .standard)
        #expect(server.agreed == .standard)
    }

    @Test("survives the loss of any one frame")
    func survivesLoss() throws {
        let request = Array(repeating: UInt8(1), count: 200)
        let answer = Array(repeating: UInt8(2), count: 300)
        for lost in 0..<10 {
            var (client, server) = try connected(64)
            var outgoing = client.request(request)
            var sent = 0
            var attempt = 0
            var result: [UInt8]?
            while result == nil, sent < 60 {
                var reply: [UInt8]?
                if sent != lost {
                    switch try deliver(outgoing, to: &server) {
                    case .reply(let bytes): reply = bytes
                    case .request(let bytes):
                        #expect(bytes == request)
                        reply = server.answer(answer)
                    default: break
                    }
                }
                sent += 1
                if sent == lost { reply = nil }
                sent += 1
                guard let reply else {
                    attempt += 1
                    outgoing = client.repeated(attempt: attempt)
                    continue
                }
                attempt = 0
                switch client.receive(try HDLCFrame(decoding: reply[...])) {
                case .transmit(let bytes): outgoing = bytes
                case .delivered(let bytes): result = bytes
                case .notReceived: outgoing = client.retransmission()
                case .notReady: outgoing = client.poll()
                case .ignored: outgoing = client.repeated(attempt: 1)
                case let step: Issue.record("\(step)")
                }
            }
            #expect(result == answer, "frame \(lost) lost")
        }
    }

    @Test("asks a server that was not ready, and takes its answer then")
    func polls() throws {
        var (client, _) = try connected(128)
        let server = try #require(serverAddress)
        let address = try #require(clientAddress)
        _ = client.request([1])
        func step(_ control: HDLCControl, _ information: [UInt8] = []) -> HDLCClientLink.Step {
            client.receive(HDLCFrame(from: server, to: address, control, information: information))
        }
        #expect(step(.receiveNotReady(receive: 1, final: true)) == .notReady)
        let poll = try HDLCFrame(decoding: client.poll()[...])
        #expect(poll.control == .receiveReady(receive: 0, final: true))
        #expect(step(.receiveReady(receive: 0, final: true)) == .notReceived)
        let again = try HDLCFrame(decoding: client.retransmission()[...])
        #expect(again.control == .information(send: 0, receive: 0, final: true))
        #expect(step(.reject(receive: 0, final: true)) == .notReceived)
        #expect(step(.receiveReady(receive: 1, final: true)) == .notReady)
        #expect(
            step(.information(send: 0, receive: 1, final: true), [9]) == .delivered([9]))
    }

    @Test("drops answers to earlier requests, frames of others and unasked frames")
    func dropsStaleFrames() throws {
        var (client, _) = try connected(128)
        let server = try #require(serverAddress)
        let other = try #require(HDLCAddress(upper: 1, lower: 17, length: .four))
        let address = try #require(clientAddress)
        func frame(_ from: HDLCAddress, _ control: HDLCControl) -> HDLCFrame {
            HDLCFrame(from: from, to: address, control, information: [1])
        }
        let answer = HDLCControl.information(send: 0, receive: 1, final: true)
        #expect(client.receive(frame(server, answer)) == .ignored, "nothing was asked")
        _ = client.request([1])
        #expect(client.receive(frame(other, answer)) == .ignored)
        #expect(client.receive(HDLCFrame(from: server, to: other, answer)) == .ignored)
        #expect(
            client.receive(frame(server, .information(send: 7, receive: 1, final: true)))
                == .ignored)
        #expect(
            client.receive(frame(server, .information(send: 0, receive: 0, final: true)))
                == .ignored)
        #expect(client.receive(frame(server, .acknowledge)) == .ignored)
        #expect(
            client.receive(frame(server, .unnumbered(.information, final: false))) == .ignored)
        #expect(client.receive(frame(server, answer)) == .delivered([1]))
        _ = client.request([2])
        #expect(client.receive(frame(server, answer)) == .ignored, "a late copy")
    }

    @Test("tells why a server refuses")
    func tellsRefusals() throws {
        let server = try #require(serverAddress)
        let address = try #require(clientAddress)
        func step(
            _ control: HDLCControl, _ information: [UInt8] = []
        ) throws -> HDLCClientLink.Step {
            var (client, _) = try connected(128)
            _ = client.request([1])
            return client.receive(
                HDLCFrame(from: server, to: address, control, information: information))
        }
        #expect(try step(.disconnectedMode) == .refused(.disconnectedMode))
        #expect(
            try step(.unnumbered(.frameReject, final: true), [1, 2, 3])
                == .refused(.frameReject([1, 2, 3])))

        var (client, _) = try makeLink(128)
        _ = client.connect()
        #expect(
            client.receive(
                HDLCFrame(from: server, to: address, .acknowledge, information: [1, 2]))
                == .refused(.parameters(.notParameters)))
    }

    @Test("says goodbye and takes either answer")
    func disconnects() throws {
        for control in [HDLCControl.acknowledge, .disconnectedMode] {
            var (client, _) = try connected(128)
            #expect(client.isConnected)
            let frame = try HDLCFrame(decoding: client.disconnect()[...])
            #expect(frame.control == .disconnect)
            #expect(
                client.receive(HDLCFrame(from: frame.destination, to: frame.source, control))
                    == .disconnected)
            #expect(!client.isConnected)
        }
    }

    @Test("answers a stranger's request with DM")
    func refusesStrangers() throws {
        var (_, server) = try connected(128)
        let stranger = try #require(HDLCAddress(single: 16))
        let frame = HDLCFrame(
            from: stranger, to: try #require(serverAddress),
            .information(send: 0, receive: 0, final: true), information: [1])
        guard case .reply(let bytes) = server.receive(frame) else {
            Issue.record("no reply")
            return
        }
        #expect(try HDLCFrame(decoding: bytes[...]).control == .disconnectedMode)
    }
}
