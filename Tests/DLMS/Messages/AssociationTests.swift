import Testing
import Wire

@testable import DLMS

@Suite("Association messages")
struct AssociationTests {
    @Test("encode and decode the request of a reader")
    func readerRequest() throws {
        // GOST R 58940-2020, example 12.2.
        let bytes = try Hex.bytes(
            "6034A1090607608574050801018A0207808B0760857405080201AC088006526561646572"
                + "BE10040E01000000065F1F040000101CFFFF")
        let request = try AssociationRequest(decoding: bytes)
        #expect(request.context == .logicalNames)
        #expect(request.mechanism == .low)
        #expect(request.authentication == Array("Reader".utf8))
        var reader = ByteReader(request.userInformation)
        let initiate = try InitiateRequest(decoding: &reader)
        #expect(initiate.conformance == [.blockTransferWithGet, .get, .set, .selectiveAccess])
        #expect(initiate.maximumReceive == 0xFFFF)
        let encoded = request.encoded()
        #expect(encoded.bytes == bytes)
        #expect(encoded.secret.map { Array(bytes[$0]) } == Array("Reader".utf8))
    }

    @Test("encode and decode the request of a public client")
    func publicRequest() throws {
        let initiate = InitiateRequest(conformance: [.get], maximumReceive: 1200)
        let request = AssociationRequest(mechanism: nil, authentication: nil, initiate: initiate)
        let encoded = request.encoded()
        #expect(
            encoded.bytes.hex
                == "601DA109060760857405080101BE10040E01000000065F1F040000001004B0")
        #expect(encoded.secret == nil)
        #expect(try AssociationRequest(decoding: encoded.bytes) == request)
    }

    @Test("encode and decode the answer with a challenge")
    func challenge() throws {
        // Captured: client 48, mechanism 2.
        let bytes = try Hex.bytes(
            "614AA109060760857405080101A203020100A305A10302010E88020780890760857405080202"
                + "AA128010324F7A71BA73327BE52F5DA0891D1B0EBE10040E0800065F1F0400401E5D04000007")
        let response = try AssociationResponse(decoding: bytes)
        #expect(response.result == .accepted)
        #expect(response.diagnostic == .authenticationRequired)
        #expect(response.mechanism == .high)
        #expect(response.authentication?.count == 16)
        var reader = ByteReader(response.userInformation)
        let initiate = try InitiateResponse(decoding: &reader)
        #expect(initiate.maximumReceive == 1024)
        #expect(initiate.name == 7)
        #expect(response.encoded().bytes == bytes)
    }

    @Test("tell why a server refuses")
    func refusal() throws {
        let bytes = try Hex.bytes(
            "611FA109060760857405080101A203020101A305A10302010DBE0604040E010601")
        let response = try AssociationResponse(decoding: bytes)
        #expect(response.result == .rejectedPermanent)
        #expect(response.diagnostic == .authenticationFailure)
        var reader = ByteReader(response.userInformation)
        #expect(
            try ConfirmedServiceError(decoding: &reader)
                == ConfirmedServiceError(service: 1, kind: 6, code: 1))
        #expect(response.encoded().bytes == bytes)
        let provider = try AssociationResponse(
            decoding: try Hex.bytes("6117A109060760857405080101A203020102A305A203020102"))
        #expect(provider.result == .rejectedTransient)
        #expect(provider.diagnostic == .init(source: .provider, code: 2))
    }

    @Test("carry every optional part of a proposal")
    func fullProposal() throws {
        var initiate = InitiateRequest(conformance: [.get, .action], maximumReceive: 500)
        initiate.dedicatedKey = Array(repeating: 7, count: 16)
        initiate.responseAllowed = false
        initiate.qualityOfService = -1
        var writer = ByteWriter()
        initiate.encode(into: &writer)
        var reader = ByteReader(writer.bytes)
        #expect(try InitiateRequest(decoding: &reader) == initiate)
        // The conformance block without the second byte of its tag.
        var short = ByteReader(try Hex.bytes("0800065F0400 00101C 0400 0007"))
        #expect(try InitiateResponse(decoding: &short).maximumReceive == 0x0400)
    }

    @Test("release an association")
    func release() throws {
        for (hex, release) in [
            ("6203800100", Release(.request)), ("6303800100", Release(.response)),
            ("6200", Release(.request, reason: nil)),
        ] {
            let bytes = try Hex.bytes(hex)
            #expect(try Release(decoding: bytes) == release)
            #expect(release.encoded == bytes)
        }
        // With user information, as some clients send it.
        let long = try Hex.bytes("6215800100BE10040E01000000065F1F0400001E5DFFFF")
        #expect(try Release(decoding: long) == Release(.request))
    }

    @Test("that break off are refused")
    func truncations() throws {
        let bytes = try Hex.bytes(
            "614AA109060760857405080101A203020100A305A10302010E88020780890760857405080202"
                + "AA128010324F7A71BA73327BE52F5DA0891D1B0EBE10040E0800065F1F0400401E5D04000007")
        for length in bytes.indices {
            #expect(throws: WireError.self) {
                try AssociationResponse(decoding: Array(bytes.prefix(length)))
            }
        }
    }
}
