import DriverKit
import JSON
import Values

/// Reads electricity meters that speak DLMS/COSEM as SPODES (GOST R 58940-2020) describes it.
///
/// One session: link, association, what the items ask for with as few exchanges as the meter
/// allows, and a goodbye, which is also said when the session fails or is cancelled.
package struct DLMSDriver: Driver {
    package init() {}

    package func run(_ request: Request, on link: Link) async throws(DriverFailure) {
        let settings = try DLMSSettings(request)
        let symbol = request.commline.protocolMap
        guard let map = ProtocolMap.find(symbol: symbol, deviceType: request.device.type) else {
            throw DriverFailure(
                .configuration, .mapUnknown,
                ["map": .string(symbol), "type": .string(request.device.type)])
        }
        let unknown = request.settings.json.keys.filter { !DLMSSettings.Name.all.contains($0) }
        if !unknown.isEmpty {
            link.note(
                .warning,
                Message(.settingUnknown, ["names": .string(unknown.joined(separator: ", "))]))
        }
        do throws(LinkError) {
            try await link.waitForConnection()
        } catch {
            throw DriverFailure(error)
        }
        let association = Association(wire: link, settings: settings)
        let meter = Meter(
            association, wire: link, map: map, settings: settings, device: request.device)
        do throws(DriverFailure) {
            try await association.open()
            try await ReadingPlan(request.items, map: map).serve(meter)
        } catch {
            if error.isSafeToLinger, !link.isInterrupted {
                await association.close()
            } else {
                association.abandon()
            }
            throw error
        }
        await association.close()
    }
}

extension DriverFailure {
    /// Whether the meter still answers, so that it is worth waiting for its goodbye.
    fileprivate var isSafeToLinger: Bool {
        switch code {
        case .timeout, .transport, .protocolViolation, .busy, .internalError: false
        default: true
        }
    }
}
