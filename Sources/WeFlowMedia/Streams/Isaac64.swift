/// The ISAAC-64 generator of Bob Jenkins as WeChat seeds and reads it (<doc:MomentStreams#The-generator>).
///
/// The seed is one number in front of 255 zeros. A round gives 256 words, which WeChat reads from the last to the first,
/// each as eight big-endian bytes; `block` has them in that order already.
struct Isaac64: Sendable {
    /// Bytes of a round.
    static let blockLength = 2048

    private var state: [UInt64]
    private var a: UInt64 = 0
    private var b: UInt64 = 0
    private var counter: UInt64 = 0
    /// The bytes of the round that `next()` made last.
    private(set) var block: [UInt64]

    /// Seeds the generator. `block` holds nothing until the first `next()`.
    init(key: UInt64) {
        block = [UInt64](repeating: 0, count: 256)
        state = [UInt64](repeating: 0, count: 256)
        var mix = Mix()
        for _ in 0..<4 { mix.stir() }
        // The first pass takes the seed, of which only one word is not 0, the second what the first has made.
        for base in stride(from: 0, to: 256, by: 8) {
            if base == 0 { mix.a &+= key }
            mix.stir()
            mix.store(in: &state, at: base)
        }
        for base in stride(from: 0, to: 256, by: 8) {
            mix.add(state, at: base)
            mix.stir()
            mix.store(in: &state, at: base)
        }
    }

    /// Makes the next 2,048 bytes of the stream.
    mutating func next() {
        counter &+= 1
        var a = a
        var b = b &+ counter
        state.withUnsafeMutableBufferPointer { state in
            block.withUnsafeMutableBufferPointer { block in
                guard let mm = state.baseAddress, let out = block.baseAddress else { return }
                /// One word: `a` has been shifted for it, `other` is the word half a round away.
                @inline(__always)
                func step(_ i: Int, _ shifted: UInt64, _ other: Int) {
                    let x = mm[i]
                    a = shifted &+ mm[other]
                    let y = mm[Int(truncatingIfNeeded: (x >> 3) & 255)] &+ a &+ b
                    mm[i] = y
                    b = mm[Int(truncatingIfNeeded: (y >> 11) & 255)] &+ x
                    out[255 &- i] = b.bigEndian
                }
                var i = 0
                while i < 256 {
                    let other = i ^ 128
                    step(i, ~(a ^ a << 21), other)
                    step(i &+ 1, a ^ a >> 5, other &+ 1)
                    step(i &+ 2, a ^ a << 12, other &+ 2)
                    step(i &+ 3, a ^ a >> 33, other &+ 3)
                    i &+= 4
                }
            }
        }
        self.a = a
        self.b = b
    }
}

/// The eight words that spread the seed over the state.
private struct Mix {
    // The reference constant; copies of the generator in the wild end in 15 and give another stream.
    var a: UInt64 = 0x9E37_79B9_7F4A_7C13
    var b: UInt64 = 0x9E37_79B9_7F4A_7C13
    var c: UInt64 = 0x9E37_79B9_7F4A_7C13
    var d: UInt64 = 0x9E37_79B9_7F4A_7C13
    var e: UInt64 = 0x9E37_79B9_7F4A_7C13
    var f: UInt64 = 0x9E37_79B9_7F4A_7C13
    var g: UInt64 = 0x9E37_79B9_7F4A_7C13
    var h: UInt64 = 0x9E37_79B9_7F4A_7C13

    mutating func stir() {
        (a, f) = (a &- e, f ^ h >> 9)
        h &+= a
        (b, g) = (b &- f, g ^ a << 9)
        a &+= b
        (c, h) = (c &- g, h ^ b >> 23)
        b &+= c
        (d, a) = (d &- h, a ^ c << 15)
        c &+= d
        (e, b) = (e &- a, b ^ d >> 14)
        d &+= e
        (f, c) = (f &- b, c ^ e << 20)
        e &+= f
        (g, d) = (g &- c, d ^ f >> 17)
        f &+= g
        (h, e) = (h &- d, e ^ g << 14)
        g &+= h
    }

    mutating func add(_ words: [UInt64], at base: Int) {
        a &+= words[base]
        b &+= words[base + 1]
        c &+= words[base + 2]
        d &+= words[base + 3]
        e &+= words[base + 4]
        f &+= words[base + 5]
        g &+= words[base + 6]
        h &+= words[base + 7]
    }

    func store(in words: inout [UInt64], at base: Int) {
        words[base] = a
        words[base + 1] = b
        words[base + 2] = c
        words[base + 3] = d
        words[base + 4] = e
        words[base + 5] = f
        words[base + 6] = g
        words[base + 7] = h
    }
}
