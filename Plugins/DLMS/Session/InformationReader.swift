import DriverKit
import JSON
import Values
import Wire

/// Reads what a meter tells about itself: state archives `INFORMATION` and `TIME`.
struct InformationReader {
    static let archive = "INFORMATION"
    static let clockArchive = "TIME"

    let meter: Meter

    /// Serves an item that asks for what the meter tells about itself.
    func serve(_ item: Item) async throws(DriverFailure) {
        let known = meter.map.information
        let wanted = known.filter {
            item.quantities.isEmpty || item.quantities.contains($0.type)
        }
        var missing = item.quantities.filter { type in !known.contains { $0.type == type } }
        try await meter.prepare(wanted.map(\.value))
        var failure: ObjectFailure?
        for object in wanted {
            switch try await meter.value(of: object.value) {
            case .success(let data):
                guard let text = text(of: data) else {
                    failure = failure ?? ObjectFailure(.valueNoNumber, [:], of: object.value)
                    continue
                }
                try await meter.emit(
                    .state(
                        archive: Self.archive, type: object.type, value: .string(text),
                        item: item.number))
                if object.type == "SERIAL_NUMBER" { compare(text) }
            case .failure(let reason) where reason.isUndefined:
                if !item.quantities.isEmpty { missing.append(object.type) }
            case .failure(let reason):
                failure = failure ?? reason
            }
        }
        if let failure { return try meter.finish(item, failure) }
        try meter.finish(item, lacking: missing, of: Self.archive)
    }

    /// Serves an item that asks for the clock.
    func serveClock(_ item: Item) async throws(DriverFailure) {
        let missing = item.quantities.filter { $0 != ClockObject.stateType }
        switch try await meter.readClock() {
        case .failure(let failure): try meter.finish(item, failure)
        case .success(let clock):
            guard let time = meter.clockStamp.flatMap({ clock.timestamp(of: $0) }) else {
                return try meter.finish(
                    item, ObjectFailure(.clockUnreadable, [:], of: ClockObject.time))
            }
            try await meter.emit(
                .state(
                    archive: Self.clockArchive, type: ClockObject.stateType,
                    value: .string(time.rfc3339), time: time, item: item.number))
            try meter.finish(item, lacking: missing, of: Self.clockArchive)
        }
    }

    /// The value as text: a number's digits, or a string in the meter's code page, or its bytes
    /// where they are no text.
    private func text(of data: CosemData) -> String? {
        if let number = data.integer { return String(number) }
        if case .long64Unsigned(let number) = data { return String(number) }
        guard let bytes = data.bytes else { return nil }
        let text = meter.settings.codePage.decode(bytes)
        let isText = text.unicodeScalars.allSatisfy {
            $0.value >= 0x20 && $0.value != 0x7F && $0 != "\u{FFFD}"
        }
        return isText ? text : bytes.hex
    }

    /// Notes where the meter has another serial number than its card says: nothing is changed, as a
    /// card may bear the number of a modem.
    private func compare(_ found: String) {
        func bare(_ number: String) -> Substring { number.drop { $0 == "0" || $0 == " " } }
        let expected = meter.device.serialNumber
        guard !expected.isEmpty, bare(found) != bare(expected) else { return }
        meter.wire.note(
            .warning,
            Message(.serialDiffers, ["found": .string(found), "expected": .string(expected)]))
    }
}
