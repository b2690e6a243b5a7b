import JSON
import Values

private enum ContentTag: UInt8 {
    case absent, decimal, unsigned, bits, text, event, state
}

extension WireBuffer {
    func put(_ record: EmittedRecord) {
        for text in [record.archive, record.quantity, record.tag, record.child] { put(text) }
        put(record.time.milliseconds)
        put(Int32(record.time.offsetMinutes))
        put(record.time.flags.rawValue)
        put(record.intervalEnd != nil)
        if let end = record.intervalEnd { put(end) }
        put(record.item != nil)
        if let item = record.item { put(item) }
        put(record.requestID)
        switch record.content {
        case .measurement(let value, let status):
            put(value)
            put(status.rawValue)
        case .event(let code, let index, let parameters):
            put(ContentTag.event.rawValue)
            put(code)
            put(index != nil)
            if let index { put(index) }
            put(parameters)
        case .state(let value):
            put(ContentTag.state.rawValue)
            put(value.text())
        }
    }

    private func put(_ value: Value?) {
        switch value {
        case nil: put(ContentTag.absent.rawValue)
        case .decimal(let decimal):
            put(ContentTag.decimal.rawValue)
            put(decimal.mantissa)
            put(decimal.exponent)
        case .unsigned(let number):
            put(ContentTag.unsigned.rawValue)
            put(number)
        case .bits(let bits):
            put(ContentTag.bits.rawValue)
            put(bits)
        case .text(let text):
            put(ContentTag.text.rawValue)
            put(text)
        }
    }
}

extension TurnReader {
    func record(_ reader: inout WireReader) throws(WireError) -> EmittedRecord {
        let archive = try reader.text()
        let quantity = try reader.text()
        let tag = try reader.text()
        let child = try reader.text()
        let milliseconds = try reader.number(Int64.self)
        let offset = Int(try reader.number(Int32.self))
        let largest = Timestamp.largestOffsetMinutes
        guard (-largest...largest).contains(offset) else { throw WireError("a time has no offset") }
        let time = Timestamp(
            milliseconds: milliseconds, offsetMinutes: offset,
            flags: TimeFlags(rawValue: try reader.number()))
        let intervalEnd = try reader.flag() ? try reader.number(Int64.self) : nil
        let item = try reader.flag() ? try reader.number(UInt32.self) : nil
        let requestID = try reader.number(UInt64.self)
        return EmittedRecord(
            archive: archive, quantity: quantity, tag: tag, child: child, time: time,
            intervalEnd: intervalEnd, item: item, requestID: requestID,
            content: try content(&reader), receivedAt: stamp.wallMilliseconds)
    }

    private func content(
        _ reader: inout WireReader
    ) throws(WireError) -> EmittedRecord.Content {
        guard let tag = ContentTag(rawValue: try reader.number()) else {
            throw WireError("there is no such value")
        }
        var value: Value?
        switch tag {
        case .absent: value = nil
        case .decimal:
            let mantissa = try reader.number(Int64.self)
            value = .decimal(Decimal(mantissa: mantissa, exponent: try reader.number()))
        case .unsigned: value = .unsigned(try reader.number())
        case .bits: value = .bits(try reader.number())
        case .text: value = .text(try reader.text())
        case .event:
            let code = try reader.number(UInt32.self)
            let index = try reader.flag() ? try reader.number(UInt64.self) : nil
            return .event(code: code, index: index, parameters: try reader.object())
        case .state:
            return .state(try reader.json())
        }
        return .measurement(value: value, status: Status(rawValue: try reader.number()))
    }
}
