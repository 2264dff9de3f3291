extension RawSpan {
    /// Whether these are the same bytes.
    func elementsEqual(_ other: some Sequence<UInt8>) -> Bool { withUnsafeBytes { $0.elementsEqual(other) } }

    /// Whether these come before others byte by byte.
    func precedes(_ other: some Sequence<UInt8>) -> Bool { withUnsafeBytes { $0.lexicographicallyPrecedes(other) } }

    /// A copy of the bytes.
    var copy: [UInt8] { withUnsafeBytes { Array($0) } }
}
