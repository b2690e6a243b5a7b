import Values

extension CosemDateTime {
    /// What the clock on the wall shows; nil where date, hour or minute are left open or
    /// impossible.
    ///
    /// Open seconds and hundredths count as zero. The day of the week is not looked at: meters
    /// write anything there.
    var civil: CivilTime? {
        guard let year, let month, let hour, let minute else { return nil }
        let day: Int
        switch specialDay {
        case .lastOfMonth: day = CivilTime.daysInMonth(month, year: year)
        case .secondLastOfMonth: day = CivilTime.daysInMonth(month, year: year) - 1
        case nil:
            guard let plain = self.day else { return nil }
            day = plain
        }
        let hundredths = self.hundredths ?? 0
        return CivilTime(
            year: year, month: month, day: day, hour: hour, minute: minute, second: second ?? 0,
            millisecond: hundredths * 10)
    }

    /// A moment of a range request: day of the week, hundredths and deviation are left open, so
    /// that meters compare what their own clock shows.
    init(range civil: CivilTime) {
        self.init(
            year: UInt16(clamping: civil.year), month: UInt8(civil.month), day: UInt8(civil.day),
            hour: UInt8(civil.hour), minute: UInt8(civil.minute), second: UInt8(civil.second))
    }

    /// What a meter's clock tells about itself.
    init(
        clock civil: CivilTime, deviation: Int16?, isSummer: Bool = false, status: ClockStatus = []
    ) {
        self.init(
            year: UInt16(clamping: civil.year), month: UInt8(civil.month), day: UInt8(civil.day),
            weekday: UInt8(civil.weekday), hour: UInt8(civil.hour), minute: UInt8(civil.minute),
            second: UInt8(civil.second), hundredths: UInt8(civil.millisecond / 10),
            deviation: deviation, status: isSummer ? status.union(.summerTime) : status)
    }
}
