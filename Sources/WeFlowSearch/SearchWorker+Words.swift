internal import WeFlowModel
internal import WeFlowQuery

extension SearchWorker {
    /// Where a message holds the words.
    enum FoundIn {
        case shownText
        case transcript
    }

    /// Where a message holds the words; nil where it does not.
    func place(of message: borrowing Message) -> FoundIn? {
        if message.content.marksOfDisplayed(message.body) != nil {
            return filter.words.areIn(message.body) ? .shownText : nil
        }
        displayed.removeAll(keepingCapacity: true)
        message.content.appendDisplayText(of: message.body, to: &displayed)
        return displayed.withUnsafeBytes { shown in
            if filter.words.areIn(shown) { return .shownText }
            guard let said = message.transcript else { return nil }
            return filter.words.areIn(shown, or: said) ? .transcript : nil
        }
    }

    /// The places of the words in a message, in Unicode scalars: those of several that overlap are one.
    ///
    /// - Returns: the places, and what they are places in.
    func matches(in message: borrowing Message) -> (ranges: [Range<Int>], foundIn: FoundIn) {
        guard filter.hasWords, let foundIn = place(of: message) else { return ([], .shownText) }
        var ranges: [Range<Int>] = []
        func look(_ text: UnsafeRawBufferPointer) {
            for word in filter.words.matchers { ranges += word.ranges(in: text) }
        }
        if foundIn == .transcript, var said = message.transcript {
            said.withUTF8 { look(UnsafeRawBufferPointer($0)) }
        } else if message.content.marksOfDisplayed(message.body) != nil {
            look(message.body)
        } else {
            // The look for the words has put it together.
            displayed.withUnsafeBytes { look($0) }
        }
        ranges.sort { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
        var joined: [Range<Int>] = []
        for range in ranges {
            if let last = joined.last, range.lowerBound < last.upperBound {
                joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                joined.append(range)
            }
        }
        return (joined, foundIn)
    }
}
