import CZstd
import Testing

@testable import WeFlowModel

@Suite struct ContentDecoderTests {
    /// A frame of `bytes`; without the size in its header where `sized` is false.
    private func frame(_ bytes: [UInt8], sized: Bool = true, dictionary: [UInt8] = []) -> [UInt8] {
        let context = ZSTD_createCCtx()
        defer { ZSTD_freeCCtx(context) }
        ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, sized ? 1 : 0)
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
        if !dictionary.isEmpty { ZSTD_CCtx_loadDictionary(context, dictionary, dictionary.count) }
        var output = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
        let written = ZSTD_compress2(context, &output, output.count, bytes, bytes.count)
        return Array(output[..<written])
    }

    private func decode(_ decoder: ContentDecoder, _ column: [UInt8]) -> Result<[UInt8], ContentFailure> {
        column.withUnsafeBytes { bytes in
            decoder.withText(of: bytes) { text in text.map { Array($0) } }
        }
    }

    @Test func framesAndPlainValuesComeOutAsText() {
        let decoder = ContentDecoder()
        let texts: [[UInt8]] = [
            [], Array("早上好".utf8), Array(repeating: 65, count: 300_000), Array("00ff00ff00ff00ff".utf8),
            Array("YWJjZGVmZ2hpamtsbW5vcA==".utf8), [0x28, 0xB5, 0x2F], [0xFF, 0xFE],
        ]
        for text in texts + texts.reversed() {
            #expect(decode(decoder, text) == .success(text))
            #expect(decode(decoder, frame(text)) == .success(text))
            #expect(decode(decoder, frame(text, sized: false)) == .success(text))
            #expect(decode(decoder, frame(text) + frame(text, sized: false)) == .success(text + text))
        }
    }

    @Test func bombsAreRefusedAndTheLimitIsNot() {
        let decoder = ContentDecoder()
        let limit = [UInt8](repeating: 0, count: ContentDecoder.maximumSize)
        let bomb = limit + [0]
        #expect(decode(decoder, frame(limit)) == .success(limit))
        #expect(decode(decoder, frame(bomb)) == .failure(.tooLarge))
        #expect(decode(decoder, frame(bomb, sized: false)) == .failure(.tooLarge))
        #expect(decode(decoder, frame([1, 2, 3])) == .success([1, 2, 3]))
    }

    @Test func damagedFramesAreSaidSo() {
        let decoder = ContentDecoder()
        let whole = frame(Array("<msg><img md5=\"0123456789abcdef\"/></msg>".utf8))
        for cut in 4..<whole.count {
            #expect(decode(decoder, Array(whole[..<cut])) == .failure(.damagedFrame))
        }
        #expect(decode(decoder, whole) == .success(Array("<msg><img md5=\"0123456789abcdef\"/></msg>".utf8)))
    }

    @Test func aTextEndsWithItsLastFrameWhateverStandsBehindIt() {
        let decoder = ContentDecoder()
        let (text, more) = (Array("早上好".utf8), Array("再见".utf8))
        for sized in [true, false] {
            let whole = frame(text, sized: sized)
            for rest: [UInt8] in [
                [0], [0, 0, 0], [1, 2, 3, 4, 5], [UInt8](repeating: 0, count: 100), Array("x".utf8),
            ] {
                #expect(decode(decoder, whole + rest) == .success(text))
                #expect(decode(decoder, whole + frame(more) + rest) == .success(text + more))
            }
            #expect(decode(decoder, whole + [0x50, 0x2A, 0x4D, 0x18, 1, 0, 0, 0, 9]) == .success(text))
            // What begins as a frame is one, and is cut off.
            for cut in 1..<frame(more).count {
                #expect(decode(decoder, whole + frame(more)[..<cut]) == .failure(.damagedFrame))
            }
        }
    }

    @Test func aFrameThatNeedsADictionaryNamesIt() {
        // A frame header with a four-byte dictionary id, single segment, four bytes of content, one raw block.
        let header: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x23, 7, 0, 0, 0, 4]
        let column = header + [0x21, 0, 0] + [65, 66, 67, 68]
        #expect(decode(ContentDecoder(), column) == .failure(.needsDictionary(7)))
    }

    @Test func compressContentWinsWhereItGivesText() {
        let decoder = ContentDecoder()
        let damaged: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0]
        for (compress, message, expected) in [
            (frame(Array("new".utf8)), Array("old".utf8), "new"), ([], Array("old".utf8), "old"),
            (frame([]), Array("old".utf8), "old"), (damaged, frame(Array("old".utf8)), "old"),
        ] {
            compress.withUnsafeBytes { compress in
                message.withUnsafeBytes { message in
                    let text = decoder.withText(compressContent: compress, messageContent: message) { text in
                        text.map { String(decoding: $0, as: UTF8.self) }
                    }
                    #expect(text == .success(expected))
                }
            }
        }
    }

    @Test func aDecoderThatNobodyKeepsLendsItsTextForTheCall() {
        let names = (0..<4000).map { "wxid_\($0)" }
        let source = "<msgsource><atuserlist>\(names.joined(separator: ","))</atuserlist></msgsource>"
        let mentions = frame(Array(source.utf8)).withUnsafeBytes { column in
            ContentDecoder().withText(of: column) { text in text.map(MessageSource.mentions) }
        }
        #expect(mentions == .success(names))
    }

    @Test func mutatedFramesNeverFailOtherwise() {
        for seed in 0..<300 {
            let decoder = ContentDecoder()
            var mutator = Mutator(seed: UInt64(seed))
            let text = Array(String(repeating: "<msg>早上好</msg>", count: seed).utf8)
            for sized in [true, false] {
                let column = [0x28, 0xB5, 0x2F, 0xFD] + mutator.mutate(Array(frame(text, sized: sized)[4...]))
                if case .success(let bytes) = decode(decoder, column) {
                    #expect(bytes.count <= ContentDecoder.maximumSize, "seed \(seed)")
                }
                #expect(decode(decoder, frame(text)) == .success(text), "seed \(seed)")
            }
        }
    }
}
