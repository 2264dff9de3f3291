/// What is written by hand of `weflow-api(5)`.
extension APIPage {
    static let head = #"""
        .\" Written by: weflow manual api
        .Dd November 29, 2026
        .Dt WEFLOW\-API 5
        .Os
        .Sh NAME
        .Nm weflow-api
        .Nd the HTTP API of weflow, and the JSON that it and the commands give
        .Sh DESCRIPTION
        .Ic weflow serve
        answers on a loopback address alone, on port 5031 where nothing else is said.
        Clients of the WeFlow API run against it unchanged.
        What a command of
        .Xr weflow 1
        prints as
        .Cm json
        is the body of the answer to the same parameters, byte for byte; its options are
        the parameters in small letters, so that
        .Fa includeMessageCounts
        is
        .Fl \-include\-message\-counts .
        .Pp
        Every path but health and description wants the token that
        .Ic weflow token
        prints, as
        .Li Authorization: Bearer TOKEN ,
        as
        .Fa access_token
        in the query string, or as
        .Fa access_token
        in a JSON body of at most 64 KiB.
        .Pp
        Paths that know GET and POST take parameters from the query string, on POST from
        a JSON object in the body too; where both give one, the query string wins.
        An empty value is none, and an unknown parameter is ignored.
        Switches are 1, true, yes, on, or 0, false, no, off.
        Times are
        .Li 20260131 ,
        .Li 2026\-01\-31 ,
        .Li 2026\-01\-31T08:30:00+08:00 ,
        Unix seconds or milliseconds; 0 is no bound.
        Numbers out of range become the nearest that is not.
        HEAD is GET without a body; a method that a path does not know is answered
        with 405 and
        .Li Allow .
        .Pp
        A list without elements is
        .Li [] ,
        a text that is unknown
        .Li \(dq\(dq ,
        an id of 64 bits a string.
        A chat that the store does not know has no messages, which is no error.
        .Ic weflow openapi
        prints the same description for programs.

        """#

    static let kindsIntroduction = #"""
        What
        .Fa parsedContent
        is for each kind of message.
        .Fa content
        is the same, but of transfers and red packets the label alone.
        Raw XML is never shown as text: what cannot be read is the label of its kind,
        and
        .Fa rawContent
        always has the original.

        """#

    static let statusIntroduction = #"""
        The body of a refusal is
        .Vt Error .
        Where part of the store is damaged the status is 500; with
        .Fa partial
        it is 200, with what the store still gives and a header
        .Li WeFlow\-Partial
        that names the file.

        """#

    static let tail = #"""
        .Sh EVENTS
        .Pa /api/v1/push/messages
        sends frames of
        .Li id ,
        .Li event
        and one
        .Li data ,
        after
        .Ic weflow serve \-\-push
        or
        .Ic weflow push on .
        .Li ready
        comes first, and a comment every 15 seconds.
        An
        .Li id
        grows over restarts; a client that comes back with
        .Li Last\-Event\-ID
        gets what it missed, and
        .Li gap
        where the journal does not reach back so far.
        Without an id the last 60 seconds are repeated.
        .Sh ARCHIVES
        A folder that
        .Ic weflow archive
        keeps has plain files, all of them UTF\-8.
        .Bl -tag -width Ds
        .It Pa chats/<name>~<8 digits>/<YYYY\-MM>.jsonl
        A message a line, those of one local month, the oldest first: a
        .Vt Message
        with
        .Fa detail
        and
        .Fa senderName ;
        .Fa media Pq path, sha256, bytes, type
        where a file of it is kept, or
        .Fa mediaError ;
        .Fa gone ,
        when it was first missed at the source;
        .Fa recalled ,
        when it was taken back;
        .Fa edited ,
        a list of time and content, where its text changed.
        .It Pa chats/<name>~<8 digits>/chat.json
        Which chat it is.
        .It Pa media/<2 digits>/<sha256>.<ext>
        Files, each content once.
        .It Pa contacts.jsonl , members.jsonl , favorites.jsonl , moments.jsonl , articles.jsonl
        A row a line; one that is gone at the source has
        .Fa gone .
        .It Pa avatars/
        Pictures of people and groups, by id.
        .It Pa manifest.json
        Bytes, SHA\-256, rows and times of every file; folder, name and coverage of
        every chat.
        It is written last: what it names is on the disk.
        .It Pa archive.json
        Version, account, zone of the months, settings and runs.
        .El
        .Sh EXAMPLES
        .Bd -literal -offset indent
        curl \-H "Authorization: Bearer $(weflow token)" 'http://127.0.0.1:5031/api/v1/sessions?limit=5'
        curl \-H "Authorization: Bearer $(weflow token)" 'http://127.0.0.1:5031/api/v1/messages?talker=filehelper'
        curl \-H "Authorization: Bearer $(weflow token)" \-d '{"q": "\[u732B]"}' http://127.0.0.1:5031/api/v1/search
        curl \-N \-m 2 "http://127.0.0.1:5031/api/v1/push/messages?access_token=$(weflow token)" || test $? = 28
        .Ed
        .Sh SEE ALSO
        .Xr weflow 1 ,
        .Xr weflow-recipes 7

        """#
}
