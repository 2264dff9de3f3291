extension String {
    /// How many columns of a terminal the text takes: East Asian wide characters and emoji two, what combines with
    /// its neighbour none (Unicode Standard Annex 11).
    public var displayWidth: Int {
        var width = 0
        for character in self { width += character.displayWidth }
        return width
    }

    /// The text with blanks at its end, so that it takes `columns` columns; a longer one stays as it is.
    public func padded(to columns: Int) -> String {
        self + String(repeating: " ", count: Swift.max(0, columns - displayWidth))
    }

    /// The text cut so that it takes at most `columns` columns, with `…` in the place of what is gone.
    public func clipped(to columns: Int) -> String {
        guard displayWidth > columns else { return self }
        var clipped = ""
        var width = 0
        for character in self {
            width += character.displayWidth
            guard width < columns else { break }
            clipped.append(character)
        }
        return clipped + "…"
    }
}

extension Character {
    /// How many columns of a terminal the character takes.
    var displayWidth: Int {
        if let ascii = asciiValue { return ascii < 0x20 || ascii == 0x7F ? 0 : 1 }
        var width = 0
        var isJoined = false
        var isFlag = false
        for scalar in unicodeScalars {
            defer { isJoined = scalar.value == 0x200D }
            switch scalar.value {
            case 0xFE0F: width = Swift.max(width, 2)
            case 0x1F3FB...0x1F3FF where width > 0: continue
            case 0x1F1E6...0x1F1FF:
                if !isFlag { width += 2 }
                isFlag = true
            default:
                if !isJoined { width += scalar.displayWidth }
            }
        }
        return width
    }
}

extension Unicode.Scalar {
    /// How many columns of a terminal the scalar takes for itself.
    fileprivate var displayWidth: Int {
        if value < 0x300 { return value < 0x20 || 0x7F..<0xA0 ~= value || value == 0xAD ? 0 : 1 }
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: return 0
        default: break
        }
        // The vowels and finals of a Korean syllable lie in the columns of its first letter.
        if 0x1160...0x11FF ~= value { return 0 }
        return properties.isEmojiPresentation || WideScalars.contain(value) ? 2 : 1
    }
}

/// The scalars of East Asian width W and F; emoji that are newer than this list tell by their own property.
private enum WideScalars {
    static func contain(_ value: UInt32) -> Bool {
        guard value >= 0x1100 else { return false }
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < value { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].contains(value)
    }

    private static let ranges: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x23E9...0x23EC, 0x23F0...0x23F0, 0x23F3...0x23F3,
        0x25FD...0x25FE, 0x2614...0x2615, 0x2648...0x2653, 0x267F...0x267F, 0x2693...0x2693, 0x26A1...0x26A1,
        0x26AA...0x26AB, 0x26BD...0x26BE, 0x26C4...0x26C5, 0x26CE...0x26CE, 0x26D4...0x26D4, 0x26EA...0x26EA,
        0x26F2...0x26F3, 0x26F5...0x26F5, 0x26FA...0x26FA, 0x26FD...0x26FD, 0x2705...0x2705, 0x270A...0x270B,
        0x2728...0x2728, 0x274C...0x274C, 0x274E...0x274E, 0x2753...0x2755, 0x2757...0x2757, 0x2795...0x2797,
        0x27B0...0x27B0, 0x27BF...0x27BF, 0x2B1B...0x2B1C, 0x2B50...0x2B50, 0x2B55...0x2B55, 0x2E80...0x2EF3,
        0x2F00...0x2FD5, 0x2FF0...0x303E, 0x3041...0x31E3, 0x31F0...0x3247, 0x3250...0x4DBF, 0x4E00...0xA4C6,
        0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6B, 0xFF01...0xFF60,
        0xFFE0...0xFFE6, 0x16FE0...0x16FE4, 0x16FF0...0x16FF1, 0x17000...0x187F7, 0x18800...0x18CD5,
        0x18D00...0x18D08, 0x1AFF0...0x1B122, 0x1B150...0x1B152, 0x1B164...0x1B167, 0x1B170...0x1B2FB,
        0x1F004...0x1F004, 0x1F0CF...0x1F0CF, 0x1F18E...0x1F18E, 0x1F191...0x1F19A, 0x1F200...0x1F202,
        0x1F210...0x1F248, 0x1F250...0x1F251, 0x1F260...0x1F265, 0x1F300...0x1F320, 0x1F32D...0x1F335,
        0x1F337...0x1F37C, 0x1F37E...0x1F393, 0x1F3A0...0x1F3CA, 0x1F3CF...0x1F3D3, 0x1F3E0...0x1F3F0,
        0x1F3F4...0x1F3F4, 0x1F3F8...0x1F43E, 0x1F440...0x1F440, 0x1F442...0x1F4FC, 0x1F4FF...0x1F53D,
        0x1F54B...0x1F54E, 0x1F550...0x1F567, 0x1F57A...0x1F57A, 0x1F595...0x1F596, 0x1F5A4...0x1F5A4,
        0x1F5FB...0x1F64F, 0x1F680...0x1F6C5, 0x1F6CC...0x1F6CC, 0x1F6D0...0x1F6D2, 0x1F6D5...0x1F6DF,
        0x1F6EB...0x1F6EC, 0x1F6F4...0x1F6FC, 0x1F7E0...0x1F7F0, 0x1F90C...0x1F93A, 0x1F93C...0x1F945,
        0x1F947...0x1F9FF, 0x1FA70...0x1FA86, 0x1FA90...0x1FAC5, 0x1FAD0...0x1FAE7, 0x1FAF0...0x1FAF6,
        0x20000...0x3FFFD,
    ]
}
