extension String {
    /// The text in one line and without what a terminal would obey: control characters are replaced by U+FFFD, line
    /// ends by blanks, and the characters that turn the direction of writing are left out.
    public var inOneLine: String {
        guard unicodeScalars.contains(where: { $0.isLineEnd || $0.isControl || $0.turnsDirection }) else { return self }
        var line = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if scalar.isLineEnd {
                line.append(" ")
            } else if scalar.isControl {
                line.append("\u{FFFD}")
            } else if !scalar.turnsDirection {
                line.append(scalar)
            }
        }
        return String(line)
    }

    /// The text laid out for itself where something in it is written from right to left: it then stands between U+2068 and
    /// U+2069, so that the columns beside it keep their order. The text itself must hold none of these characters: see
    /// `inOneLine`.
    public var isolated: String {
        unicodeScalars.contains(where: \.isRightToLeft) ? "\(Isolate.begin)\(self)\(Isolate.end)" : self
    }
}

/// The characters between which a text is laid out for itself, in the direction of its first letter.
enum Isolate {
    static let begin = "\u{2068}"
    static let end = "\u{2069}"
}

extension Unicode.Scalar {
    /// Whether line readers or terminals begin a new line or column at it.
    fileprivate var isLineEnd: Bool {
        switch value {
        case 0x09, 0x0A, 0x0D, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }

    /// Whether a terminal may obey it.
    fileprivate var isControl: Bool { value < 0x20 || 0x7F..<0xA0 ~= value }

    /// Whether it is a mark that turns the direction of writing, of itself or of what stands beside it, and shows nothing.
    var turnsDirection: Bool {
        switch value {
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// Whether it is written from right to left: the blocks of Hebrew, Arabic and their relatives (Unicode Standard
    /// Annex 9, the classes R, AL and AN).
    var isRightToLeft: Bool {
        switch value {
        case 0x0590...0x08FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFE, 0x10800...0x10FFF, 0x1E800...0x1EFFF: true
        default: false
        }
    }
}
