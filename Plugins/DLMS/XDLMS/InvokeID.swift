/// The byte that ties an answer to its request: a number of four bits, a service class and a
/// priority.
///
/// Source: IEC 62056-53, 9.4. Meters echo the number; some answer with another class or priority.
struct InvokeID: RawRepresentable, Hashable, Sendable {
    let rawValue: UInt8

    init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Makes the byte of a confirmed request with high priority, as GOST R 58940-2020 shows it.
    init(number: UInt8) {
        rawValue = 0xC0 | (number & 0x0F)
    }

    /// 0...15.
    var number: UInt8 { rawValue & 0x0F }
}
