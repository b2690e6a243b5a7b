import CCommline

/// The layout of a struct as Swift imports it.
struct ImportedStruct {
    /// The struct's name.
    let name: String
    /// Its size in bytes, padding at its end included.
    let size: Int
    /// The offsets of its fields in bytes.
    let offsets: [Int?]

    private init<Struct>(_ type: Struct.Type, _ fields: [PartialKeyPath<Struct>]) {
        name = "\(type)"
        size = MemoryLayout<Struct>.stride
        offsets = fields.map { MemoryLayout<Struct>.offset(of: $0) }
    }
}

extension ImportedStruct {
    /// Every struct, with its fields in the order of the header.
    static var all: [ImportedStruct] {
        [
            .init(
                commline_text.self,
                [
                    \.data, \.size, \.reserved,
                ]),
            .init(
                commline_bytes.self,
                [
                    \.data, \.size, \.reserved,
                ]),
            .init(
                commline_range.self,
                [
                    \.offset, \.size,
                ]),
            .init(
                commline_message.self,
                [
                    \.size, \.reserved, \.id, \.parameters, \.detail,
                ]),
            .init(
                commline_error.self,
                [
                    \.size, \.code, \.detail, \.text_capacity, \.text,
                ]),
            .init(
                commline_record.self,
                [
                    \.size, \.kind, \.value_kind, \.flags, \.archive, \.quantity, \.tag, \.child,
                    \.time_ms, \.interval_end_ms, \.time_flags, \.offset_minutes, \.mantissa,
                    \.exponent, \.item, \.bits, \.status, \.request_id, \.event_code, \.reserved,
                    \.index, \.text,
                ]),
            .init(
                commline_request.self,
                [
                    \.size, \.mode, \.json, \.file, \.item_count, \.file_size, \.monotonic_ns,
                    \.wall_ms,
                ]),
            .init(
                commline_event.self,
                [
                    \.size, \.kind, \.monotonic_ns, \.wall_ms, \.request_id, \.bytes, \.peer,
                    \.text,
                    \.flags, \.code, \.grace_ms, \.largest_datagram,
                ]),
            .init(
                commline_send.self,
                [
                    \.size, \.flags, \.bytes, \.peer, \.secrets, \.secret_count, \.reserved,
                ]),
            .init(
                commline_outcome.self,
                [
                    \.size, \.item, \.request_id, \.stage, \.code, \.detail, \.reserved, \.message,
                ]),
            .init(
                commline_child.self,
                [
                    \.size, \.number, \.serial, \.type, \.address, \.json,
                ]),
            .init(
                commline_line.self,
                [
                    \.size, \.baud, \.data_bits, \.parity, \.stop_bits, \.reserved,
                ]),
            .init(
                commline_link.self,
                [
                    \.size, \.reserved, \.host, \.send, \.redact, \.deadline, \.now, \.random,
                    \.emit,
                    \.outcome, \.note, \.progress, \.inventory, \.remember, \.reserve, \.line,
                    \.reconnect, \.complete, \.finish, \.yielded,
                ]),
            .init(
                commline_driver.self,
                [
                    \.size, \.reserved, \.open, \.handle, \.close,
                ]),
            .init(
                commline_arrival.self,
                [
                    \.size, \.flags, \.listener, \.settings, \.peer, \.monotonic_ns, \.wall_ms,
                ]),
            .init(
                commline_inbound_link.self,
                [
                    \.size, \.reserved, \.link, \.identified, \.refuse, \.foreign,
                ]),
            .init(
                commline_inbound.self,
                [
                    \.size, \.reserved, \.open_inbound, \.handle, \.close,
                ]),
            .init(
                commline_layer_link.self,
                [
                    \.size, \.reserved, \.host, \.send_lower, \.deliver_upper, \.up, \.down,
                    \.identified, \.emit, \.deadline, \.now, \.random, \.note,
                ]),
            .init(
                commline_transport.self,
                [
                    \.size, \.reserved, \.open, \.lower, \.upper, \.close,
                ]),
            .init(
                commline_packet.self,
                [
                    \.size, \.flags, \.address, \.station, \.payload, \.time_ms, \.rssi_dbm,
                    \.reserved,
                ]),
            .init(
                commline_downlink.self,
                [
                    \.size, \.flags, \.request_id, \.station, \.address, \.payload, \.parameters,
                ]),
            .init(
                commline_mailbox.self,
                [
                    \.size, \.reserved, \.host, \.packet, \.write,
                ]),
            .init(
                commline_uplink.self,
                [
                    \.size, \.reserved, \.parse, \.receive, \.compose,
                ]),
            .init(
                commline_sink.self,
                [
                    \.size, \.reserved, \.host, \.device, \.record, \.missing, \.outcome, \.note,
                    \.progress, \.remember, \.cancelled,
                ]),
            .init(
                commline_source.self,
                [
                    \.size, \.reserved, \.`import`, \.command,
                ]),
            .init(
                commline_simulator.self,
                [
                    \.size, \.reserved, \.open, \.handle, \.close,
                ]),
            .init(
                commline_http_request.self,
                [
                    \.size, \.reserved, \.request_id, \.method, \.path, \.headers, \.caller, \.body,
                ]),
            .init(
                commline_http_responder.self,
                [
                    \.size, \.reserved, \.host, \.respond, \.query,
                ]),
            .init(
                commline_http.self,
                [
                    \.size, \.reserved, \.serve,
                ]),
            .init(
                commline_host.self,
                [
                    \.size, \.abi_major, \.abi_minor, \.reserved, \.host, \.name, \.version, \.log,
                    \.extension,
                ]),
            .init(
                commline_plugin.self,
                [
                    \.size, \.abi_major, \.abi_minor, \.reserved, \.id, \.version, \.vendor,
                    \.activate,
                    \.deactivate, \.extension,
                ]),
        ]
    }
}
