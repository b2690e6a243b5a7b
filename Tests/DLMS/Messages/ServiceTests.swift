import Testing
import Wire

@testable import DLMS

@Suite("Services of xDLMS")
struct ServiceTests {
    private let invoke = InvokeID(rawValue: 0xC1)
    private let energy = CosemReference(3, ObisCode(1, 0, 1, 8, 0), 2)

    private func request(_ hex: String) throws -> ClientMessage {
        try ClientMessage(decoding: try Hex.bytes(hex))
    }

    private func response(_ hex: String) throws -> ServerMessage {
        try ServerMessage(decoding: try Hex.bytes(hex))
    }

    @Test("read one attribute")
    func getNormal() throws {
        #expect(
            try request("C001C100030100010800FF0200")
                == .get(GetRequest(invoke, .normal(AttributeSelection(energy)))))
        #expect(
            try response("C401C1000600145D27")
                == .get(GetResponse(invoke, .normal(.data(.doubleLongUnsigned(0x145D27))))))
        #expect(
            try response("C401C10104")
                == .get(GetResponse(invoke, .normal(.failure(.objectUndefined)))))
    }

    @Test("read rows by entry, as the standard's example")
    func getByEntry() throws {
        // GOST R 58940-2020, example 13.4.
        let bytes = try Hex.bytes(
            "C0018100070100620100FF020102020406000000030600000005120001120000")
        let selection = AttributeSelection(
            CosemReference(7, ObisCode(1, 0, 98, 1, 0), 2), part: .entries(from: 3, to: 5))
        let message = GetRequest(InvokeID(rawValue: 0x81), .normal(selection))
        #expect(try ClientMessage(decoding: bytes) == .get(message))
        var writer = ByteWriter()
        message.encode(into: &writer)
        #expect(writer.bytes == bytes)
    }

    @Test("read rows by time, as the standard's example")
    func getByRange() throws {
        let bytes = try Hex.bytes(
            "C0018100070100620100FF0201010204020412000809060000010000FF0F02120000"
                + "090C07DE0C0902000000FF00000009" + "0C07DF020100000000FF0000000100")
        let first = CosemDateTime(
            year: 2014, month: 12, day: 9, weekday: 2, hour: 0, minute: 0, second: 0,
            deviation: 0)
        let last = CosemDateTime(
            year: 2015, month: 2, day: 1, weekday: 0, hour: 0, minute: 0, second: 0, deviation: 0)
        let selection = AttributeSelection(
            CosemReference(7, ObisCode(1, 0, 98, 1, 0), 2),
            part: .range(by: .clock, from: first, to: last))
        let message = GetRequest(InvokeID(rawValue: 0x81), .normal(selection))
        var writer = ByteWriter()
        message.encode(into: &writer)
        #expect(writer.bytes == bytes)
        #expect(try ClientMessage(decoding: bytes) == .get(message))
    }

    @Test("read blocks")
    func blocks() throws {
        #expect(
            try request("C0028100000001")
                == .get(GetRequest(InvokeID(rawValue: 0x81), .next(block: 1))))
        #expect(
            try response("C402C100000000010003010203")
                == .get(
                    GetResponse(
                        invoke,
                        .block(DataBlock(isLast: false, number: 1, result: .raw([1, 2, 3]))))))
        #expect(
            try response("C402C1010000000201 10")
                == .get(
                    GetResponse(
                        invoke,
                        .block(
                            DataBlock(
                                isLast: true, number: 2,
                                result: .failure(.noLongGetInProgress))))))
    }

    @Test("read several attributes at once")
    func lists() throws {
        let list = GetRequest(
            invoke, .list([AttributeSelection(energy), AttributeSelection(energy)]))
        var writer = ByteWriter()
        list.encode(into: &writer)
        #expect(
            writer.bytes.hex == "C003C102" + "00030100010800FF0200" + "00030100010800FF0200")
        #expect(try ClientMessage(decoding: writer.bytes) == .get(list))
        #expect(
            try response("C403C1020011010104")
                == .get(
                    GetResponse(invoke, .list([.data(.unsigned(1)), .failure(.objectUndefined)]))))
    }

    @Test("write the clock, as the standard's example")
    func setNormal() throws {
        let bytes = try Hex.bytes(
            "C1018100080000010000FF0200090C07E00A1FFF082E2601000000")
        guard case .set(let message) = try ClientMessage(decoding: bytes) else {
            Issue.record("no SET")
            return
        }
        #expect(message.selection.reference == CosemReference(8, ObisCode(0, 0, 1, 0, 0), 2))
        #expect(message.value.dateTime?.year == 2016)
        var writer = ByteWriter()
        message.encode(into: &writer)
        #expect(writer.bytes == bytes)
        #expect(
            try response("C501810 0".filter { $0 != " " })
                == .set(SetResponse(InvokeID(rawValue: 0x81), .success)))
    }

    @Test("call a method, as captured")
    func action() throws {
        let bytes = try Hex.bytes(
            "C301C1000F0000280000FF010109104EF96A84765A0B7FC8C8BC06FFF9C3A1")
        guard case .action(let message) = try ClientMessage(decoding: bytes) else {
            Issue.record("no ACTION")
            return
        }
        #expect(message.method == CosemReference(15, ObisCode(0, 0, 40, 0, 0), 1))
        #expect(message.parameter?.bytes?.count == 16)
        var writer = ByteWriter()
        message.encode(into: &writer)
        #expect(writer.bytes == bytes)
        let reply = try response("C701C1000100 0910 0A60E276FFC1469A87AE7BBF9FCACD11")
        guard case .action(let answer) = reply, case .data(let data) = answer.returned else {
            Issue.record("no answer")
            return
        }
        #expect(data.bytes?.count == 16)
        #expect(
            try response("C701C10300") == .action(ActionResponse(invoke, .readWriteDenied)))
    }

    @Test("tell exceptions and messages that nobody asked for apart")
    func others() throws {
        #expect(try response("D80102") == .exception(ExceptionResponse(state: 1, service: 2)))
        #expect(
            try response("D8010600000001") == .exception(ExceptionResponse(state: 1, service: 6)))
        #expect(
            try response("0E010601")
                == .serviceError(ConfirmedServiceError(service: 1, kind: 6, code: 1)))
        #expect(try response("0F00000001") == .other(tag: 0x0F))
        #expect(throws: WireError.self) { try response("") }
    }

    @Test(
        "refuse messages that break off or go on",
        arguments: [
            "C001C100030100010800FF0200", "C0028100000001", "C401C1000600145D27",
            "C402C100000000010003010203", "C403C1020011010104", "C5018100",
            "C701C1000100 0910 0A60E276FFC1469A87AE7BBF9FCACD11", "D80102", "0E010601",
            "C1018100080000010000FF0200090C07E00A1FFF082E2601000000",
        ])
    func refuseTruncations(hex: String) throws {
        let bytes = try Hex.bytes(hex)
        let isRequest = (0xC0...0xC3).contains(bytes[0])
        func decode(_ bytes: [UInt8]) throws {
            if isRequest {
                _ = try ClientMessage(decoding: bytes)
            } else {
                _ = try ServerMessage(decoding: bytes)
            }
        }
        #expect(throws: Never.self) { try decode(bytes) }
        for length in bytes.indices {
            #expect(throws: WireError.self, "first \(length)") {
                try decode(Array(bytes.prefix(length)))
            }
        }
        #expect(throws: WireError.self) { try decode(bytes + [0]) }
    }
}
