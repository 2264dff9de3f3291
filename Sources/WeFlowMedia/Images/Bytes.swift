extension UnsafeRawBufferPointer {
    /// The little-endian number at `offset`; the caller has checked that four bytes are there.
    func littleEndian32(at offset: Int) -> UInt32 {
        UInt32(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// The big-endian number at `offset`; the caller has checked that four bytes are there.
    func bigEndian32(at offset: Int) -> UInt32 {
        UInt32(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
}

extension UnsafeMutableRawBufferPointer {
    /// XORs every byte with `key`, eight at a time.
    func xor(with key: UInt8) {
        guard let base = baseAddress else { return }
        let wide = UInt64(key) &* 0x0101_0101_0101_0101
        let words = count & ~7
        var at = 0
        while at < words {
            let word = base.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            base.storeBytes(of: word ^ wide, toByteOffset: at, as: UInt64.self)
            at &+= 8
        }
        while at < count {
            self[at] ^= key
            at &+= 1
        }
    }

    /// XORs every byte with the one at the same place of `other`, which is at least as long; eight at a time.
    func xor(with other: UnsafeRawBufferPointer) {
        guard let base = baseAddress, let otherBase = other.baseAddress, other.count >= count else { return }
        let words = count & ~7
        var at = 0
        while at < words {
            let word = base.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            let with = otherBase.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            base.storeBytes(of: word ^ with, toByteOffset: at, as: UInt64.self)
            at &+= 8
        }
        while at < count {
            self[at] ^= other[at]
            at &+= 1
        }
    }
}

extension [UInt8] {
    /// The bytes that an even number of hex digits spell, nil where one is none.
    init?(hexDigits: some Collection<UInt8>) {
        guard hexDigits.count.isMultiple(of: 2) else { return nil }
        self.init()
        reserveCapacity(hexDigits.count / 2)
        var high: UInt8?
        for digit in hexDigits {
            let value: UInt8
            switch digit {
            case 0x30...0x39: value = digit - 0x30
            case 0x41...0x46: value = digit - 0x37
            case 0x61...0x66: value = digit - 0x57
            default: return nil
            }
            if let upper = high {
                append(upper << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
    }

    /// Without blanks and line ends at either end.
    var trimmed: [UInt8] {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
        guard let first = firstIndex(where: { !isBlank($0) }), let last = lastIndex(where: { !isBlank($0) }) else {
            return []
        }
        return Array(self[first...last])
    }
}
