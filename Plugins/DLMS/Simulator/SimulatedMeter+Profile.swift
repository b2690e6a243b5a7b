import Values

extension SimulatedMeter {
    /// Reads an attribute of a profile.
    func profile(_ selection: AttributeSelection, _ now: Int64) -> DataResult {
        let object = selection.reference
        if let profile = map.profiles.first(where: { $0.name == object.instance }) {
            switch object.member {
            case 1: return .data(.octetString(object.instance.bytes))
            case 2: return rows(of: profile, selection.part, now)
            case 3: return .data(.array(columns(of: profile).map { CaptureObject($0).data }))
            case 4: return .data(.doubleLongUnsigned(86_400))
            case 7, 8: return .data(.doubleLongUnsigned(UInt32(options.days)))
            default: return .failure(.objectUndefined)
            }
        }
        guard options.hasScaleProfile,
            let profile = map.profiles.first(where: { $0.scale == object.instance })
        else { return .failure(.objectUndefined) }
        let scaled = columns(of: profile).filter { $0.classID == InterfaceClass.register }
        switch object.member {
        case 1: return .data(.octetString(object.instance.bytes))
        case 2:
            let row = scaled.map { scale(of: $0, scaler: options.profileScaler).data }
            return .data(.array([.structure(row)]))
        case 3:
            let columns = scaled.map { CosemReference($0.classID, $0.instance, 3) }
            return .data(.array(columns.map { CaptureObject($0).data }))
        default: return .failure(.objectUndefined)
        }
    }

    /// The columns that the meter captures.
    func columns(of profile: ProfileObject) -> [CosemReference] {
        let all = profile.columns.filter { column in map.energy(column).map(has) ?? true }
        return Array(all.dropLast(options.missingColumns))
    }

    /// The midnights at which rows were captured, the oldest first.
    func midnights(at now: Int64) -> [CivilTime] {
        guard let today = wall(at: now).at(hour: 0) else { return [] }
        let day: Int64 = 86_400_000
        let last = today.toMillisecondsUTC()
        return (0..<options.days).reversed().map {
            CivilTime(millisecondsUTC: last - Int64($0) * day)
        }
    }

    private func rows(
        of profile: ProfileObject, _ part: SelectiveAccess?, _ now: Int64
    ) -> DataResult {
        var midnights = Array(midnights(at: now).enumerated())
        var columns = columns(of: profile)
        switch part?.selector {
        case nil: break
        case SelectiveAccess.rangeSelector?:
            guard options.selectsByRange, case .structure(let fields)? = part?.parameters,
                fields.count == 4, let first = fields[1].dateTime.flatMap(rangeEnd),
                let last = fields[2].dateTime.flatMap(rangeEnd), let wanted = fields[3].elements
            else { return .failure(.typeUnmatched) }
            midnights.removeAll { stampTime($0.element) < first || stampTime($0.element) > last }
            let chosen = wanted.compactMap { CaptureObject($0)?.reference }
            if !chosen.isEmpty { columns.removeAll { !chosen.contains($0) } }
        case SelectiveAccess.entrySelector?:
            guard case .structure(let fields)? = part?.parameters, fields.count == 4,
                let first = fields[0].integer, let last = fields[1].integer, first >= 1
            else { return .failure(.typeUnmatched) }
            let end = last == 0 ? Int64(midnights.count) : min(last, Int64(midnights.count))
            midnights = first > end ? [] : Array(midnights[Int(first - 1)..<Int(end)])
        default: return .failure(.typeUnmatched)
        }
        let rows = midnights.enumerated().map { place, midnight in
            row(midnight.element, number: midnight.offset, place: place, columns)
        }
        return .data(.array(rows))
    }

    /// What an end of a range means on the meter's own clock.
    private func rangeEnd(_ time: CosemDateTime) -> CivilTime? {
        guard options.takesOpenTimesForUTC, time.deviation == nil else { return time.civil }
        return time.civil.map { zone.civil(atUTC: $0.toMillisecondsUTC()) }
    }

    /// When the row of a midnight is stamped.
    private func stampTime(_ midnight: CivilTime) -> CivilTime {
        switch options.dayStamp {
        case .midnight: midnight
        case .lastSecond: CivilTime(millisecondsUTC: midnight.toMillisecondsUTC() - 1000)
        }
    }

    private func row(
        _ midnight: CivilTime, number: Int, place: Int, _ columns: [CosemReference]
    ) -> CosemData {
        let isNull = options.nullEvery > 0 && (number + 1).isMultiple(of: options.nullEvery)
        return .structure(
            columns.map { column in
                if column.classID == InterfaceClass.clock {
                    guard !options.leavesOutStamps || place == 0 else { return .null }
                    return .octetString(stamp(stampTime(midnight)).bytes)
                }
                if isNull { return .null }
                return value(of: column, at: midnight, scaler: options.profileScaler)
            })
    }
}
