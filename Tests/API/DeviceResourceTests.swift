import HTTP
import JSON
import Testing

@testable import API

@Suite struct DeviceResourceTests {
    @Test func keepsTheWholeCard() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let card: JSONValue = [
                "serialNumber": "000000000002214", "type": "DT_CE207", "status": "DS_INUSE",
                "enabled": false, "plugDate": "2023-12-20T07:56:22.376881Z",
                "manufactureDate": "2023-01-02", "commissioningDate": nil,
                "lastVerificationDate": "2023-02-03", "nextVerificationDate": "2039-02-03",
                "latitude": 45.035470, "longitude": 41.9680, "altitude": -3.5,
                "installationAct": "№ 12", "reserve": "x", "timeZone": "UTC+03:00",
                "attributes": [
                    "AT_FIDER_NAME": "Ф-1", "AT_CUR_TR_RATIO": 20,
                    "AT_ACCESS_PASSWORD": "planted-secret",
                ],
            ]
            let added = try await host.ask(.post, "devices", as: admin, card)
            #expect(added.status == 201, "\(added.text)")
            #expect(added.etag == "\"1\"")
            #expect(added.headers["location"] == "/api/v1/devices/\(added.id)")
            let read = try await host.ask(.get, "devices/\(added.id)", as: admin)
            #expect(read.json == added.json)
            for (name, value) in card.object ?? [:] where name != "attributes" {
                #expect(read.json[name] == value, "\(name)")
            }
            #expect(read.json["attributes"]?["AT_FIDER_NAME"] == "Ф-1")
            #expect(read.json["attributes"]?["AT_ACCESS_PASSWORD"] == ["set": true])
            #expect(!read.text.contains("planted-secret"))
            #expect(read.json["source"] == "manual")
        }
    }

    @Test func putsNewDevicesIntoTheDefaultGroup() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let groups = try await host.ask(.get, "groups", as: admin)
            let standard = try #require(groups.items.first { $0["isDefault"] == true })
            let left = try await host.ask(
                .post, "devices", as: admin, ["serialNumber": "1", "type": "DT_CE307"])
            #expect(left.json["groupId"] == standard["id"])
            let none = try await host.ask(
                .post, "devices", as: admin,
                ["serialNumber": "2", "type": "DT_CE307", "groupId": nil])
            #expect(none.json["groupId"] == .null)
        }
    }

    @Test func patchesOneMemberAndLeavesTheOthers() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let id = try await host.device(by: admin)
            let before = try await host.ask(.get, "devices/\(id)", as: admin)
            let edit = try await host.ask(
                .patch, "devices/\(id)", as: admin, ["reserve": "new"],
                headers: ["If-Match": before.etag])
            #expect(edit.status == 200, "\(edit.text)")
            #expect(edit.etag == "\"2\"")
            var expected = before.json.object ?? [:]
            expected["reserve"] = "new"
            expected["revision"] = 2
            #expect(edit.json == .object(expected))
        }
    }

    @Test func takesBackWhatItShowed() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let id = try await host.device(by: admin)
            let before = try await host.ask(.get, "devices/\(id)", as: admin)
            let put = try await host.ask(
                .put, "devices/\(id)", as: admin, before.json,
                headers: ["If-Match": before.etag])
            #expect(put.status == 200, "\(put.text)")
            var expected = before.json.object ?? [:]
            expected["revision"] = 2
            #expect(put.json == .object(expected))
        }
    }

    @Test func keepsASecretAttributeThatIsSentBack() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let added = try await host.ask(
                .post, "devices", as: admin,
                [
                    "serialNumber": "1", "type": "DT_CE307",
                    "attributes": ["AT_ACCESS_PASSWORD": "planted-secret"],
                ])
            let edit = try await host.ask(
                .patch, "devices/\(added.id)", as: admin,
                ["attributes": ["AT_ACCESS_PASSWORD": ["set": true], "AT_SEAL_NUMBER": "7"]])
            #expect(edit.status == 200, "\(edit.text)")
            let stored = try await host.stored(device: added.id)
            #expect(stored.contains("planted-secret"))
            #expect(stored.contains("AT_SEAL_NUMBER"))
            let dropped = try await host.ask(
                .patch, "devices/\(added.id)", as: admin,
                ["attributes": ["AT_ACCESS_PASSWORD": nil]])
            #expect(dropped.json["attributes"] == ["AT_SEAL_NUMBER": "7"])
        }
    }

    @Test func refusesALostUpdate() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let id = try await host.device(by: admin)
            _ = try await host.ask(.patch, "devices/\(id)", as: admin, ["reserve": "a"])
            for method in [HTTPMethod.patch, .delete] {
                let reply = try await host.ask(
                    method, "devices/\(id)", as: admin, ["reserve": "b"],
                    headers: ["If-Match": "\"1\""])
                #expect(reply.status == 412)
                #expect(reply.code == "revision_mismatch")
                #expect(reply.etag == "\"2\"")
            }
            let odd = try await host.ask(
                .patch, "devices/\(id)", as: admin, ["reserve": "b"],
                headers: ["If-Match": "W/\"2\""])
            #expect(odd.status == 412)
        }
    }

    @Test func wantsIfMatchWhereAWholeThingIsReplaced() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let id = try await host.device(by: admin)
            let reply = try await host.ask(
                .put, "devices/\(id)", as: admin, ["serialNumber": "1", "type": "DT_CE307"])
            #expect(reply.status == 428)
            #expect(reply.code == "precondition_required")
        }
    }

    @Test func forgetsADeletedDevice() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let id = try await host.device(by: admin)
            #expect(try await host.ask(.delete, "devices/\(id)", as: admin).status == 204)
            let after = try await host.ask(.get, "devices/\(id)", as: admin)
            #expect(after.status == 404)
            #expect(after.code == "not_found")
            #expect(try await host.ask(.delete, "devices/\(id)", as: admin).status == 404)
        }
    }

    @Test func addsManyFromSerialNumbers() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            _ = try await host.device("2", by: admin)
            let reply = try await host.ask(
                .post, "devices/bulk", as: admin,
                ["serialNumbers": ["1", "2", "3", "1"], "card": ["type": "DT_CE308"]])
            #expect(reply.status == 207, "\(reply.text)")
            #expect(
                reply.items.map { $0["code"]?.string } == [
                    nil, "already_exists", nil, "already_exists",
                ])
            let list = try await host.ask(.get, "devices?filter=type:eq:DT_CE308", as: admin)
            #expect(list.items.compactMap { $0["serialNumber"]?.string } == ["1", "3"])
        }
    }

    @Test func tellsTheAuditOfChanges() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let id = try await host.device(by: admin)
            _ = try await host.ask(.patch, "devices/\(id)", as: admin, ["reserve": "a"])
            _ = try await host.ask(.delete, "devices/\(id)", as: admin)
            let events = try await host.ask(.get, "audit/general", as: admin)
            #expect(
                events.items.compactMap { $0["symbol"]?.string } == [
                    "SET_DEVICE_REMOVE", "SET_DEVICE_UPDATE", "SET_DEVICE_ADD",
                ])
        }
    }
}
