import Crypto
import JSON
import Manifests
import Testing

@testable import Packaging
@testable import Plugins

/// Who answers for a library is known before any of it runs.
@Suite("Signatures of libraries")
struct SignatureTests {
    /// A plugin in a folder, with its manifest as a file.
    private func manifest(in workshop: Workshop, _ id: String) throws -> Manifest {
        try workshop.compile("lib\(id).so", ["ID=\"\(id)\""])
        let bytes = Manifests.document(id: id).bytes()
        let file = try workshop.write("\(id).json", bytes)
        return try #require(Manifest.read(bytes, file: file).manifest)
    }

    private func sign(
        _ manifest: Manifest, in workshop: Workshop, with key: PrivateKey
    ) throws {
        let library = try FileReading.bytes(
            of: workshop.path + "/" + manifest.library, limit: 1 << 24)
        let signature = try PluginSignature(
            libraryDigest: try Digest.sha256.of(library), manifest: manifest.bytes, key: key)
        try workshop.write("\(manifest.id).sig", signature.bytes)
    }

    private func problem(
        _ manifest: Manifest, in workshop: Workshop, trusting keys: [PublicKey],
        isRequired: Bool = true
    ) -> String? {
        let loader = PluginLoader(
            directories: [
                PluginDirectory(
                    path: workshop.path, requiresDigest: false, requiresSignature: isRequired)
            ], hostVersion: "1.0.0", trusted: TrustedKeys(keys))
        do throws(LoadError) {
            _ = try loader.verified(manifest)
            return nil
        } catch {
            return error.description
        }
    }

    @Test func refusesWhatNobodyHasSigned() throws {
        let workshop = try Workshop()
        let manifest = try manifest(in: workshop, "unsigned")
        let key = try PrivateKey.generate().publicKey
        let told = try #require(problem(manifest, in: workshop, trusting: [key]))
        #expect(told.contains("is not signed"), "\(told)")
        #expect(told.contains("commline plugin pack"), "\(told)")
        #expect(problem(manifest, in: workshop, trusting: [], isRequired: false) == nil)
    }

    @Test func takesWhatATrustedSignerHasSigned() throws {
        let workshop = try Workshop()
        let manifest = try manifest(in: workshop, "signed")
        let key = try PrivateKey.generate()
        try sign(manifest, in: workshop, with: key)
        #expect(problem(manifest, in: workshop, trusting: [key.publicKey]) == nil)
        let stranger = try PrivateKey.generate().publicKey
        let told = try #require(problem(manifest, in: workshop, trusting: [stranger]))
        #expect(told.contains("does not trust"), "\(told)")
    }

    @Test func refusesALibraryThatWasChangedAfterwards() throws {
        let workshop = try Workshop()
        let manifest = try manifest(in: workshop, "changed")
        let key = try PrivateKey.generate()
        try sign(manifest, in: workshop, with: key)
        try workshop.compile("libchanged.so", ["ID=\"changed\"", "VERSION=\"9.9.9\""])
        // A signature that is wrong is refused also where none is required.
        for isRequired in [true, false] {
            let told = try #require(
                problem(manifest, in: workshop, trusting: [key.publicKey], isRequired: isRequired))
            #expect(told.contains("was changed"), "\(told)")
        }
    }
}
