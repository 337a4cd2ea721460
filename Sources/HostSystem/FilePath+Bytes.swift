public import SystemPackage

extension FilePath {
    /// The path as the kernel sees it, without the final zero.
    public var bytes: [UInt8] {
        unsafe withPlatformString { start in
            var bytes: [UInt8] = []
            var next = unsafe start
            while unsafe next.pointee != 0 {
                bytes.append(UInt8(bitPattern: unsafe next.pointee))
                unsafe next += 1
            }
            return bytes
        }
    }

    /// A path of any bytes but zero. `FilePath` folds repeated slashes and drops a final one.
    public init(bytes: some Collection<UInt8>) {
        let terminated = bytes.map { CChar(bitPattern: $0) } + [0]
        self = unsafe terminated.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return FilePath() }
            return unsafe FilePath(platformString: start)
        }
    }
}
