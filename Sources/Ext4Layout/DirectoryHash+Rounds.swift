extension DirectoryHash {
    /// The Tiny Encryption Algorithm over 16 bytes of a name.
    static func tea(_ state: inout SIMD4<UInt32>, _ input: SIMD4<UInt32>) {
        var left = state[0]
        var right = state[1]
        var sum: UInt32 = 0
        for _ in 0..<16 {
            sum &+= 0x9E37_79B9
            left &+= ((right << 4) &+ input[0]) ^ (right &+ sum) ^ ((right >> 5) &+ input[1])
            right &+= ((left << 4) &+ input[2]) ^ (left &+ sum) ^ ((left >> 5) &+ input[3])
        }
        state[0] &+= left
        state[1] &+= right
    }

    /// Three rounds of MD4 over 32 bytes of a name, with half of MD4's steps.
    static func halfMD4(
        _ state: inout SIMD4<UInt32>, _ low: SIMD4<UInt32>, _ high: SIMD4<UInt32>
    ) {
        var a = state[0]
        var b = state[1]
        var c = state[2]
        var d = state[3]
        func select(_ x: UInt32, _ y: UInt32, _ z: UInt32) -> UInt32 { z ^ (x & (y ^ z)) }
        func majority(_ x: UInt32, _ y: UInt32, _ z: UInt32) -> UInt32 {
            (x & y) &+ ((x ^ y) & z)
        }
        func parity(_ x: UInt32, _ y: UInt32, _ z: UInt32) -> UInt32 { x ^ y ^ z }
        func turn(_ value: UInt32, _ bits: UInt32) -> UInt32 {
            value << bits | value >> (32 - bits)
        }

        for half in [low, high] {
            a = turn(a &+ select(b, c, d) &+ half[0], 3)
            d = turn(d &+ select(a, b, c) &+ half[1], 7)
            c = turn(c &+ select(d, a, b) &+ half[2], 11)
            b = turn(b &+ select(c, d, a) &+ half[3], 19)
        }
        // The constants are the square roots of 2 and 3, as in MD4.
        let two: UInt32 = 0x5A82_7999
        let odd = SIMD4(low[1], low[3], high[1], high[3]) &+ SIMD4(repeating: two)
        let even = SIMD4(low[0], low[2], high[0], high[2]) &+ SIMD4(repeating: two)
        for half in [odd, even] {
            a = turn(a &+ majority(b, c, d) &+ half[0], 3)
            d = turn(d &+ majority(a, b, c) &+ half[1], 5)
            c = turn(c &+ majority(d, a, b) &+ half[2], 9)
            b = turn(b &+ majority(c, d, a) &+ half[3], 13)
        }
        let three: UInt32 = 0x6ED9_EBA1
        let right = SIMD4(low[3], high[3], low[2], high[2]) &+ SIMD4(repeating: three)
        let left = SIMD4(low[1], high[1], low[0], high[0]) &+ SIMD4(repeating: three)
        for half in [right, left] {
            a = turn(a &+ parity(b, c, d) &+ half[0], 3)
            d = turn(d &+ parity(a, b, c) &+ half[1], 9)
            c = turn(c &+ parity(d, a, b) &+ half[2], 11)
            b = turn(b &+ parity(c, d, a) &+ half[3], 15)
        }
        state &+= SIMD4(a, b, c, d)
    }
}
