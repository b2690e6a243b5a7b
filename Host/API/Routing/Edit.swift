import Access
import HTTP
import JSON

/// What `PUT` and `PATCH` have in common: both end in the whole thing as the caller wants it.
enum Edit {
    /// Reads the body of an edit.
    ///
    /// `PUT` gives everything, and what it leaves out becomes what it is in a new thing. `PATCH` is
    /// merged into what is there (RFC 7396). Members that the host alone decides may be sent back as
    /// they were read, so that a caller can edit what it got.
    ///
    /// - Parameters:
    ///   - call: The request.
    ///   - shape: The form of the thing.
    ///   - current: The thing as the API shows it now.
    /// - Returns: All members that callers decide.
    /// - Throws: `invalid_body` with every fault.
    static func input(
        _ call: Call, _ shape: ObjectShape, current: JSONObject
    ) throws(Failure) -> Members {
        guard case .object(var given) = call.body else {
            throw .invalidBody(
                Shape.object(shape).issues(in: call.body, as: .patch))
        }
        for field in shape.fields where field.use == .output {
            if let value = given[field.name], value == current[field.name] {
                given[field.name] = nil
            }
        }
        let isWhole = call.request.method == .put
        let issues = shape.issues(
            in: given, as: isWhole ? .input : .patch, at: JSONPointer())
        guard issues.isEmpty else { throw .invalidBody(issues) }
        if isWhole { return Members(given) }
        var whole = JSONObject()
        for field in shape.inputs { whole[field.name] = current[field.name] }
        return Members(whole.merged(with: given))
    }
}

extension JSONObject {
    /// The object with a patch merged into it (RFC 7396).
    ///
    /// A null at the top stays, because there it means that the thing has none of it.
    func merged(with patch: JSONObject) -> JSONObject {
        var result = self
        for (name, value) in patch {
            if case .object(let inner) = value, let old = result[name]?.object {
                result[name] = .object(old.mergedDeeply(with: inner))
            } else {
                result[name] = value
            }
        }
        return result
    }

    private func mergedDeeply(with patch: JSONObject) -> JSONObject {
        var result = self
        for (name, value) in patch {
            switch value {
            case .null: result[name] = nil
            case .object(let inner):
                let old = result[name]?.object ?? JSONObject()
                result[name] = .object(old.mergedDeeply(with: inner))
            default: result[name] = value
            }
        }
        return result
    }
}
