/// Why a meter did not read or write an attribute.
///
/// Source: IEC 62056-53, 9.5; numbers that are not here are kept as they came.
struct DataAccessResult: RawRepresentable, Error, Hashable, Sendable {
    let rawValue: UInt8

    static let success = DataAccessResult(rawValue: 0)
    static let hardwareFault = DataAccessResult(rawValue: 1)
    static let temporaryFailure = DataAccessResult(rawValue: 2)
    static let readWriteDenied = DataAccessResult(rawValue: 3)
    static let objectUndefined = DataAccessResult(rawValue: 4)
    static let objectClassInconsistent = DataAccessResult(rawValue: 9)
    static let objectUnavailable = DataAccessResult(rawValue: 11)
    static let typeUnmatched = DataAccessResult(rawValue: 12)
    static let scopeOfAccessViolated = DataAccessResult(rawValue: 13)
    static let dataBlockUnavailable = DataAccessResult(rawValue: 14)
    static let longGetAborted = DataAccessResult(rawValue: 15)
    static let noLongGetInProgress = DataAccessResult(rawValue: 16)
    static let longSetAborted = DataAccessResult(rawValue: 17)
    static let noLongSetInProgress = DataAccessResult(rawValue: 18)
    static let dataBlockNumberInvalid = DataAccessResult(rawValue: 19)
    static let otherReason = DataAccessResult(rawValue: 250)

    /// The name in the standard, for messages.
    var name: String {
        Self.names[rawValue] ?? "data-access-result \(rawValue)"
    }

    private static let names: [UInt8: String] = [
        0: "success", 1: "hardware-fault", 2: "temporary-failure", 3: "read-write-denied",
        4: "object-undefined", 9: "object-class-inconsistent", 11: "object-unavailable",
        12: "type-unmatched", 13: "scope-of-access-violated", 14: "data-block-unavailable",
        15: "long-get-aborted", 16: "no-long-get-in-progress", 17: "long-set-aborted",
        18: "no-long-set-in-progress", 19: "data-block-number-invalid", 250: "other-reason",
    ]
}

/// A value, or the reason why there is none.
enum DataResult: Hashable, Sendable {
    case data(CosemData)
    case failure(DataAccessResult)
}
