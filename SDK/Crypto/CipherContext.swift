/// One run of a cipher of libcrypto.
struct CipherContext: ~Copyable {
    enum Direction: CInt {
        case decrypt = 0
        case encrypt = 1
    }

    // openssl/evp.h: EVP_CTRL_AEAD_SET_IVLEN, EVP_CTRL_AEAD_GET_TAG, EVP_CTRL_AEAD_SET_TAG.
    private static let setNonceLength: CInt = 0x9
    private static let getTag: CInt = 0x10
    private static let setTag: CInt = 0x11

    private let library: LibCrypto
    private let context: OpaquePointer
    private let name: String
    private let direction: Direction
    private var isAuthenticated = false

    init(_ name: String, _ direction: Direction) throws(CryptoError) {
        let library = try LibCrypto.loaded()
        guard let cipher = library.cipherByName(name), let context = library.cipherNew() else {
            throw library.failure(of: name)
        }
        guard library.cipherInit(context, cipher, nil, nil, nil, direction.rawValue) == 1 else {
            library.cipherFree(context)
            throw library.failure(of: name)
        }
        self.library = library
        self.context = context
        self.name = name
        self.direction = direction
    }

    deinit {
        // The library overwrites the expanded key as it frees the context.
        library.cipherFree(context)
    }

    mutating func setKey(_ key: SecretBytes, nonce: [UInt8]?) throws(CryptoError) {
        if let nonce {
            isAuthenticated = true
            try check(library.cipherControl(context, Self.setNonceLength, CInt(nonce.count), nil))
        }
        let (library, context, direction) = (library, context, direction.rawValue)
        let status = key.withBytes { bytes in
            library.cipherInit(context, nil, nil, bytes.baseAddress, nonce, direction)
        }
        try check(status)
    }

    mutating func withoutPadding() throws(CryptoError) {
        try check(library.cipherSetPadding(context, 0))
    }

    mutating func authenticate(_ associated: [UInt8]) throws(CryptoError) {
        guard !associated.isEmpty else { return }
        let length = try Self.length(associated)
        var count: CInt = 0
        try check(library.cipherUpdate(context, nil, &count, associated, length))
    }

    mutating func expect(tag: [UInt8]) throws(CryptoError) {
        var tag = tag
        let count = CInt(tag.count)
        try check(library.cipherControl(context, Self.setTag, count, &tag))
    }

    /// Passes the whole text through; of a message that is not authentic nothing is given out.
    mutating func process(_ input: [UInt8]) throws(CryptoError) -> [UInt8] {
        let length = try Self.length(input)
        // Room for a block more, as the library's documentation asks.
        var output = [UInt8](repeating: 0, count: input.count + AES.blockLength)
        var count: CInt = 0
        if length > 0 {
            try check(library.cipherUpdate(context, &output, &count, input, length))
        }
        var rest: CInt = 0
        let written = Int(count)
        let status = output.withUnsafeMutableBufferPointer { buffer in
            library.cipherFinal(context, buffer.baseAddress.map { $0 + written }, &rest)
        }
        if status != 1 {
            output.wipe()
            let failure = library.failure(of: name)
            throw isAuthenticated && direction == .decrypt ? .notAuthentic : failure
        }
        output.removeLast(output.count - written - Int(rest))
        return output
    }

    func tag(length: Int) throws(CryptoError) -> [UInt8] {
        var tag = [UInt8](repeating: 0, count: length)
        try check(library.cipherControl(context, Self.getTag, CInt(length), &tag))
        return tag
    }

    private static func length(_ bytes: [UInt8]) throws(CryptoError) -> CInt {
        guard let length = CInt(exactly: bytes.count), length < .max - 16 else {
            throw .wrongLength(of: "text", found: bytes.count, rule: "less than 2 GiB")
        }
        return length
    }

    private func check(_ status: CInt) throws(CryptoError) {
        guard status == 1 else { throw library.failure(of: name) }
    }
}
