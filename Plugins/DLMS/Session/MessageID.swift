import DriverKit
import JSON
import Values

/// The texts for people; their templates, Russian and English, are in the manifest under the same
/// ids.
enum MessageID: String, CaseIterable, Sendable {
    // Before dialling.
    case settingInvalid = "setting.invalid"
    case settingMissing = "setting.missing"
    case settingUnknown = "setting.unknown"
    case mapUnknown = "map.unknown"
    case cryptoMissing = "crypto.missing"

    // The link.
    case linkSilent = "link.silent"
    case linkNoise = "link.noise"
    case linkDamaged = "link.damaged"
    case linkNotReady = "link.not-ready"
    case linkClosed = "link.closed"
    case linkRefused = "link.refused"
    case linkLost = "link.lost"
    case linkFrameReject = "link.frame-reject"
    case linkParameters = "link.parameters"
    case linkTooLong = "link.too-long"
    case linkEstablished = "link.established"
    case linkRepeat = "link.repeat"
    case linkStale = "link.stale"

    // The association.
    case associationOpen = "association.open"
    case associationSilent = "association.silent"
    case associationRefused = "association.refused"
    case associationPassword = "association.password"
    case associationMechanism = "association.mechanism"
    case associationContext = "association.context"
    case associationChallenge = "association.challenge"
    case associationKey = "association.key"
    case associationImpostor = "association.impostor"
    case associationError = "association.error"

    // Answers.
    case answerSilent = "answer.silent"
    case answerMalformed = "answer.malformed"
    case answerUnexpected = "answer.unexpected"
    case answerException = "answer.exception"
    case answerRefused = "answer.refused"
    case answerBlock = "answer.block"

    // Values.
    case objectUndefined = "object.undefined"
    case objectDenied = "object.denied"
    case objectBusy = "object.busy"
    case valueNoNumber = "value.no-number"
    case valueNoScaler = "value.no-scaler"
    case valueUnit = "value.unit"
    case valueTooLarge = "value.too-large"
    case tagsUndefined = "tags.undefined"
    case itemUnsupported = "item.unsupported"

    // Profiles and the clock.
    case profileColumnsUnreadable = "profile.columns-unreadable"
    case profileNoClock = "profile.no-clock"
    case profileRows = "profile.rows"
    case profileEmpty = "profile.empty"
    case profileRowUnreadable = "profile.row-unreadable"
    case profileRowNoStamp = "profile.row-no-stamp"
    case profileRowOffTime = "profile.row-off-time"
    case profileNoSelection = "profile.no-selection"
    case clockUnreadable = "clock.unreadable"
    case clockDeviation = "clock.deviation"
    case serialDiffers = "serial.differs"
}

extension Message {
    /// Makes a message of the driver's own.
    init(_ id: MessageID, _ parameters: JSONObject = [:], detail: String = "") {
        self.init(id.rawValue, parameters, detail: detail)
    }
}

extension DriverFailure {
    /// Makes a failure with a message of the driver's own.
    init(
        _ code: ErrorCode, _ id: MessageID, _ parameters: JSONObject = [:], detail: String = ""
    ) {
        self.init(code: code, message: Message(id, parameters, detail: detail))
    }

    /// Makes a failure from a setting that cannot work.
    init(setting error: SettingsError) {
        var parameters: JSONObject = [
            "setting": .string(error.setting), "allowed": .string(error.allowed),
        ]
        guard let given = error.given else {
            self.init(.configuration, .settingMissing, parameters)
            return
        }
        parameters["given"] = .string(given)
        self.init(.configuration, .settingInvalid, parameters)
    }
}
