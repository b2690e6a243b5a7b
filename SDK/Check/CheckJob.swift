import JSON

/// What is to be checked, as it is handed to the process of a case.
package struct CheckJob: Hashable, Sendable {
    /// The library's path.
    package var library: String
    /// The manifest's path.
    package var manifest: String
    /// The folder with golden exchanges, or nil.
    package var golden: String?
    /// How many rounds of fuzz.
    package var fuzzRounds = 200
    /// What everything random follows from.
    package var seed: UInt64 = 1
    /// A recording to be played again, or nil.
    package var trace: String?
    /// The request that belongs to an exchange, or nil.
    package var request: String?
    /// Where recordings of the undisturbed runs go, or nil.
    package var recordFolder: String?

    package init(library: String, manifest: String) {
        self.library = library
        self.manifest = manifest
    }

    package var json: JSONValue {
        var object: JSONObject = [
            "library": .string(library), "manifest": .string(manifest),
            "fuzzRounds": JSONValue(fuzzRounds), "seed": JSONValue(seed),
        ]
        object["golden"] = golden.map(JSONValue.string)
        object["trace"] = trace.map(JSONValue.string)
        object["request"] = request.map(JSONValue.string)
        object["recordFolder"] = recordFolder.map(JSONValue.string)
        return .object(object)
    }

    package init?(_ json: JSONValue) {
        guard let library = json["library"]?.string, let manifest = json["manifest"]?.string
        else { return nil }
        self.init(library: library, manifest: manifest)
        fuzzRounds = json["fuzzRounds"]?.int ?? fuzzRounds
        seed = json["seed"]?.number?.uint64 ?? seed
        golden = json["golden"]?.string
        trace = json["trace"]?.string
        request = json["request"]?.string
        recordFolder = json["recordFolder"]?.string
    }
}
