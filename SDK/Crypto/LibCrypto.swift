import Glibc

/// The functions of `libcrypto.so.3` that are used here, looked up once when first needed.
///
/// The library is loaded at run time, so that a host without it does everything else.
struct LibCrypto: Sendable {
    typealias Context = OpaquePointer
    typealias Input = UnsafePointer<UInt8>?
    typealias Output = UnsafeMutablePointer<UInt8>?
    typealias Length = UnsafeMutablePointer<CInt>?
    typealias Size = UnsafeMutablePointer<Int>?

    // Ciphers: openssl/evp.h.
    let cipherNew: @convention(c) @Sendable () -> Context?
    let cipherFree: @convention(c) @Sendable (Context?) -> Void
    let cipherInit:
        @convention(c) @Sendable (Context?, OpaquePointer?, OpaquePointer?, Input, Input, CInt) ->
            CInt
    let cipherControl:
        @convention(c) @Sendable (Context?, CInt, CInt, UnsafeMutableRawPointer?) -> CInt
    let cipherSetPadding: @convention(c) @Sendable (Context?, CInt) -> CInt
    let cipherUpdate: @convention(c) @Sendable (Context?, Output, Length, Input, CInt) -> CInt
    let cipherFinal: @convention(c) @Sendable (Context?, Output, Length) -> CInt
    let cipherByName: @convention(c) @Sendable (UnsafePointer<CChar>?) -> OpaquePointer?

    // Digests: openssl/evp.h, openssl/hmac.h.
    let digestNew: @convention(c) @Sendable () -> Context?
    let digestFree: @convention(c) @Sendable (Context?) -> Void
    let digestInit: @convention(c) @Sendable (Context?, OpaquePointer?, OpaquePointer?) -> CInt
    let digestUpdate: @convention(c) @Sendable (Context?, UnsafeRawPointer?, Int) -> CInt
    let digestFinal:
        @convention(c) @Sendable (Context?, Output, UnsafeMutablePointer<CUnsignedInt>?) -> CInt
    let digestByName: @convention(c) @Sendable (UnsafePointer<CChar>?) -> OpaquePointer?
    let hmac:
        @convention(c) @Sendable (
            OpaquePointer?, UnsafeRawPointer?, CInt, Input, Int, Output,
            UnsafeMutablePointer<CUnsignedInt>?
        ) -> Output

    // Keys and signatures: openssl/evp.h.
    let scrypt:
        @convention(c) @Sendable (
            UnsafePointer<CChar>?, Int, Input, Int, UInt64, UInt64, UInt64, UInt64, Output, Int
        ) -> CInt
    let publicKeyNew: @convention(c) @Sendable (CInt, OpaquePointer?, Input, Int) -> OpaquePointer?
    let privateKeyNew: @convention(c) @Sendable (CInt, OpaquePointer?, Input, Int) -> OpaquePointer?
    let publicKeyBytes: @convention(c) @Sendable (OpaquePointer?, Output, Size) -> CInt
    let keyFree: @convention(c) @Sendable (OpaquePointer?) -> Void
    let verifyInit:
        @convention(c) @Sendable (
            Context?, UnsafeMutablePointer<OpaquePointer?>?, OpaquePointer?, OpaquePointer?,
            OpaquePointer?
        ) -> CInt
    let verify: @convention(c) @Sendable (Context?, Input, Int, Input, Int) -> CInt
    let signInit:
        @convention(c) @Sendable (
            Context?, UnsafeMutablePointer<OpaquePointer?>?, OpaquePointer?, OpaquePointer?,
            OpaquePointer?
        ) -> CInt
    let sign: @convention(c) @Sendable (Context?, Output, Size, Input, Int) -> CInt

    // Randomness and errors: openssl/rand.h, openssl/err.h.
    let randomBytes: @convention(c) @Sendable (Output, CInt) -> CInt
    let peekLastError: @convention(c) @Sendable () -> CUnsignedLong
    let clearErrors: @convention(c) @Sendable () -> Void

    // MARK: Loading

    private static let outcome = Result { () throws(CryptoError) in
        try LibCrypto(library: "libcrypto.so.3")
    }

    /// The library, loaded at the first call.
    ///
    /// - Returns: Its functions.
    /// - Throws: `CryptoError` with `libraryMissing` or `functionMissing`, at each call.
    static func loaded() throws(CryptoError) -> LibCrypto {
        try outcome.get()
    }

    init(library: String) throws(CryptoError) {
        guard let handle = dlopen(library, RTLD_NOW | RTLD_LOCAL) else {
            throw .libraryMissing(library: library, package: "libssl3")
        }
        cipherNew = try Self.function("EVP_CIPHER_CTX_new", in: handle)
        cipherFree = try Self.function("EVP_CIPHER_CTX_free", in: handle)
        cipherInit = try Self.function("EVP_CipherInit_ex", in: handle)
        cipherControl = try Self.function("EVP_CIPHER_CTX_ctrl", in: handle)
        cipherSetPadding = try Self.function("EVP_CIPHER_CTX_set_padding", in: handle)
        cipherUpdate = try Self.function("EVP_CipherUpdate", in: handle)
        cipherFinal = try Self.function("EVP_CipherFinal_ex", in: handle)
        cipherByName = try Self.function("EVP_get_cipherbyname", in: handle)
        digestNew = try Self.function("EVP_MD_CTX_new", in: handle)
        digestFree = try Self.function("EVP_MD_CTX_free", in: handle)
        digestInit = try Self.function("EVP_DigestInit_ex", in: handle)
        digestUpdate = try Self.function("EVP_DigestUpdate", in: handle)
        digestFinal = try Self.function("EVP_DigestFinal_ex", in: handle)
        digestByName = try Self.function("EVP_get_digestbyname", in: handle)
        hmac = try Self.function("HMAC", in: handle)
        scrypt = try Self.function("EVP_PBE_scrypt", in: handle)
        publicKeyNew = try Self.function("EVP_PKEY_new_raw_public_key", in: handle)
        privateKeyNew = try Self.function("EVP_PKEY_new_raw_private_key", in: handle)
        publicKeyBytes = try Self.function("EVP_PKEY_get_raw_public_key", in: handle)
        keyFree = try Self.function("EVP_PKEY_free", in: handle)
        verifyInit = try Self.function("EVP_DigestVerifyInit", in: handle)
        verify = try Self.function("EVP_DigestVerify", in: handle)
        signInit = try Self.function("EVP_DigestSignInit", in: handle)
        sign = try Self.function("EVP_DigestSign", in: handle)
        randomBytes = try Self.function("RAND_bytes", in: handle)
        peekLastError = try Self.function("ERR_peek_last_error", in: handle)
        clearErrors = try Self.function("ERR_clear_error", in: handle)
        // The handle stays open for the life of the process: the table points into the library.
    }

    /// Looks a function up; its type is that of the field it is assigned to.
    private static func function<T>(
        _ name: String, in handle: UnsafeMutableRawPointer
    ) throws(CryptoError) -> T {
        guard let address = dlsym(handle, name) else { throw .functionMissing(name) }
        return unsafeBitCast(address, to: T.self)
    }

    // MARK: Errors

    /// Makes an error of the library's latest one, and clears its list.
    func failure(of operation: String) -> CryptoError {
        defer { clearErrors() }
        return .operationFailed(operation, code: UInt(peekLastError()))
    }
}
