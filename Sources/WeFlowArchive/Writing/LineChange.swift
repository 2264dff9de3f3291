/// What is added to a line that is archived. The message itself stays word for word.
enum LineChange: Sendable {
    /// It was taken back at this time, Unix seconds.
    case recalled(Int64)
    /// It is gone at the source, missed first at this time, Unix seconds.
    case gone(Int64)
    /// It says something else now: when that was seen, Unix seconds, and what, as it stands in JSON between its quotes.
    case edited(Int64, [UInt8])
    /// Its file came: what `media` is to be.
    case media([UInt8])
    /// The client made a text of a voice: what `detail` is to be.
    case detail([UInt8])

    /// Applies changes to a line.
    ///
    /// - Parameters:
    ///   - changes: in the order in which they were found.
    ///   - line: the line.
    ///   - bytes: of the line, without its end.
    /// - Returns: the line as it is then, without its end; nil where nothing about it changes.
    static func apply(_ changes: [LineChange], to line: ArchiveLine, _ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
        func part(_ range: Range<Int>?) -> [UInt8]? { range.map { Array(bytes[$0]) } }
        var detail = part(line.detail)
        var (media, loss) = (part(line.media), part(line.mediaError))
        var (gone, recalled, edited) = (part(line.gone), part(line.recalled), part(line.edited))
        var isChanged = false
        for change in changes {
            switch change {
            case .recalled(let time):
                guard recalled == nil else { continue }
                (recalled, gone) = (Array("\(time)".utf8), nil)
            case .gone(let time):
                guard gone == nil, recalled == nil else { continue }
                gone = Array("\(time)".utf8)
            case .edited(let time, let content):
                guard !bytes[line.content].elementsEqual(content), !Self.says(edited, content) else { continue }
                let entry = Array("{\"time\":\(time),\"content\":\"".utf8) + content + Array("\"}".utf8)
                edited = (edited.map { $0.dropLast() + Array(",".utf8) } ?? Array("[".utf8)) + entry + Array("]".utf8)
            case .media(let value):
                guard media == nil else { continue }
                (media, loss) = (value, nil)
            case .detail(let value):
                guard detail != nil, detail != value else { continue }
                detail = value
            }
            isChanged = true
        }
        guard isChanged else { return nil }
        var text: [UInt8] = []
        if let place = line.detail, let detail {
            text += bytes[..<place.lowerBound]
            text += detail
            text += bytes[place.upperBound..<line.end]
        } else {
            text += bytes[..<line.end]
        }
        func add(_ name: StaticString, _ value: [UInt8]?) {
            guard let value else { return }
            text += Array(",\"\(name)\":".utf8) + value
        }
        add("media", media)
        add("mediaError", loss)
        add("gone", gone)
        add("recalled", recalled)
        add("edited", edited)
        text.append(UInt8(ascii: "}"))
        return text
    }

    /// Whether one of the entries of `edited` has a content.
    private static func says(_ edited: [UInt8]?, _ content: [UInt8]) -> Bool {
        guard let edited else { return false }
        return edited.withUnsafeBytes { bytes in
            var scan = JSONScan(bytes)
            var isThere = false
            _ = scan.elements { scan in
                scan.members { scan, key in
                    guard let value = scan.value() else { return false }
                    if scan.matches(key, "content"),
                        bytes[value].dropFirst().dropLast().elementsEqual(content)
                    {
                        isThere = true
                    }
                    return true
                }
            }
            return isThere
        }
    }
}
