"""`SingleWindow` for one world: what each operation means, in terms of the rules."""

from __future__ import annotations

import dataclasses
from datetime import datetime

from wizard.singlewindow.faults import Fault, FaultCode, NotFound
from wizard.singlewindow.port import (
    AccountState,
    ApplicationFile,
    Certification,
    CertificationMethod,
    Contact,
    Enterprise,
    Policy,
    Reader,
    Receipt,
    Recovery,
    Seal,
    SignIn,
    SignInRole,
    SingleWindow,
)
from wizard.singlewindow.simulator import accounts, cards, cases, certification, faces, seals
from wizard.singlewindow.simulator.calls import Calls, Visit, Write, check_sha256, is_key
from wizard.singlewindow.simulator.secrecy import Guess, fingerprint
from wizard.singlewindow.simulator.store import Transaction
from wizard.singlewindow.simulator.world import Company, Front, Hour, load_front, load_hour


class WorldWindow(Calls, SingleWindow):
    """The authority as one world sees it; what each method promises stands in the port."""

    # --- the desk and signing in

    def now(self) -> datetime:
        def rule(world: Hour | None) -> datetime:
            if world is None:
                raise NotFound(self._name)
            return world.clock.now(self._real_clock())

        return self._glance("now", load_hour, rule)

    def reader(self) -> Reader:
        def rule(world: Front | None) -> Reader:
            if world is None:
                raise NotFound(self._name)
            return faces.reader(world, world.clock.now(self._real_clock()))

        return self._glance("reader", load_front, rule)

    def sign_in_with_card(self, *, serial: str, pin: str) -> SignIn:
        def rule(visit: Visit, _: Transaction) -> SignIn:
            company, card = cards.card_in_reader(visit.world, serial, visit.now)
            cards.try_pin(card, guess, visit.world)
            return self._welcome(
                visit,
                company,
                role=cards.role_of(card),
                holder=card.holder,
                serial=serial,
                change_required=card.change_required,
            )

        with self._weather("sign_in_with_card") as met:
            guess = self._prepared(pin, lambda world: world.card(serial)[1].secret)
            return self._change("sign_in_with_card", rule, missing=NotFound(self._name), met=met)

    def sign_in_with_password(self, *, username: str, password: str) -> SignIn:
        def rule(visit: Visit, _: Transaction) -> SignIn:
            try:
                company, account = cards.account_named(visit.world, username)
            except NotFound:
                raise Fault(FaultCode.WRONG_PASSWORD) from None
            if not guess.matches(account.secret):
                raise Fault(FaultCode.WRONG_PASSWORD)
            if not account.activated:
                raise Fault(FaultCode.ACCOUNT_NOT_ACTIVATED)
            return self._welcome(visit, company, role=SignInRole.CARDLESS, holder=account.holder)

        with self._weather("sign_in_with_password") as met:
            guess = self._prepared(
                password, lambda world: cards.account_named(world, username)[1].secret
            )
            return self._change(
                "sign_in_with_password", rule, missing=NotFound(self._name), met=met
            )

    def change_pin(self, *, token: str, old_pin: str, new_pin: str, key: str) -> Receipt:
        def enter(visit: Visit) -> Write:
            session, company = visit.enter(token, pin_must_be_own=False)
            return Write(visit=visit, company=company, card_serial=session.card_serial)

        def rule(write: Write) -> None:
            world = write.visit.world
            _company, card = cards.card_in_reader(world, write.card_serial, write.visit.now)
            cards.check_new_pin(old_pin, new_pin)
            cards.try_pin(card, guess, world)
            cards.set_pin(world, card, new_pin, but=fingerprint(token))

        def same(write: Write) -> bool:
            return Guess(new_pin).matches(write.visit.world.card(write.card_serial)[1].secret)

        guess = self._prepared(old_pin, lambda world: self._secret_of(world, token))
        return self._once("change_pin", rule, enter=enter, key=key, same=same)

    def sign_out(self, *, token: str) -> None:
        with self._weather("sign_out") as met:
            self._change(
                "sign_out",
                lambda visit, _: cards.close_session(visit.world, token, visit.real),
                missing=Fault(FaultCode.SESSION_EXPIRED),
                met=met,
            )

    def check_registration(self, *, uscc: str, legal_person: str) -> None:
        self._look(
            "check_registration",
            lambda visit: accounts.check_registration(visit.world, uscc, legal_person),
        )

    def recover_username(self, *, uscc: str, mobile: str) -> str:
        return self._look(
            "recover_username",
            lambda visit: accounts.username_by_mobile(visit.world, uscc, mobile),
        )

    def ask_for_recovery(self, *, uscc: str, key: str) -> Receipt:
        def enter(visit: Visit) -> Write:
            return Write(visit=visit, company=accounts.company_named(visit.world, uscc))

        def rule(write: Write) -> None:
            write.recovery = accounts.search(write.visit.world, uscc, write.visit.now)

        # Anybody may ask: their keys are apart from those of who has signed in.
        return self._once(
            "ask_for_recovery",
            rule,
            enter=enter,
            key=key,
            owner=f"anybody {uscc}",
            missing=NotFound(self._name),
        )

    def recovery(self, *, number: str) -> Recovery:
        return self._look(
            "recovery", lambda visit: accounts.searched(visit.world, number, visit.now)
        )

    def set_password(self, *, token: str, password: str, key: str) -> Receipt:
        def enter(visit: Visit) -> Write:
            session, company = visit.enter(token)
            if not session.card_serial:
                raise Fault(FaultCode.OPERATOR_CARD)
            return Write(visit=visit, company=company, card_serial=session.card_serial)

        def rule(write: Write) -> None:
            accounts.activate(write.company, password)

        def same(write: Write) -> bool:
            return Guess(password).matches(write.company.accounts[0].secret)

        return self._once("set_password", rule, enter=enter, key=key, same=same)

    # --- reading

    def account(self, *, token: str) -> AccountState:
        return self._read("account", token, lambda _visit, company: accounts.state(company))

    def enterprise(self, *, token: str) -> Enterprise:
        return self._read("enterprise", token, lambda _visit, company: company.profile)

    def applications(self, *, token: str) -> tuple[ApplicationFile, ...]:
        return self._read_cases("applications", token)

    def application(self, *, token: str, number: str) -> ApplicationFile:
        return self._read_cases("application", token, number)[0]

    def seals(self, *, token: str) -> tuple[Seal, ...]:
        def rule(visit: Visit, company: Company) -> tuple[Seal, ...]:
            if visit.caller is None or visit.caller.role is not SignInRole.LEGAL_CARD:
                raise Fault(FaultCode.OPERATOR_CARD)
            return tuple(seals.newest_first(company.seals))

        return self._read("seals", token, rule)

    def certifications(self, *, token: str) -> tuple[Certification, ...]:
        return self._read(
            "certifications", token, lambda _visit, company: faces.certifications(company)
        )

    def policies(self, *, token: str) -> tuple[Policy, ...]:
        return self._read(
            "policies", token, lambda visit, company: faces.policies(company, visit.now)
        )

    def find_receipt(self, *, token: str, key: str) -> Receipt | None:
        def rule(_: Visit, company: Company) -> Receipt | None:
            if not is_key(key):
                return None
            found = self._store.answer(self._name, company.profile.uscc, key)
            return found[1] if found else None

        return self._read("find_receipt", token, rule)

    # --- writing

    def confirm_application(
        self, *, token: str, number: str, contact: Contact, declaration_sha256: str, key: str
    ) -> Receipt:
        check_sha256(declaration_sha256)

        def rule(write: Write) -> None:
            cases.confirm(
                write.case,
                write.company,
                contact=contact,
                declaration_sha256=declaration_sha256,
                now=write.visit.now,
            )

        said = (*dataclasses.astuple(contact), declaration_sha256)
        return self._write(
            "confirm_application", rule, token=token, key=key, number=number, said=said
        )

    def make_seal(self, *, token: str, number: str, key: str) -> Receipt:
        def rule(write: Write) -> None:
            visit = write.visit
            write.seal = cases.make_seal(
                write.case, write.company, world=visit.world, now=visit.now
            )

        return self._write("make_seal", rule, token=token, key=key, number=number)

    def sign_agreement(
        self, *, token: str, number: str, agreement_sha256: str, pin: str, key: str
    ) -> Receipt:
        check_sha256(agreement_sha256)

        def rule(write: Write) -> None:
            visit, case = write.visit, write.case
            cases.check_signable(case, write.company, visit.now)
            cards.try_pin_again(write.visit.world, write.card_serial, guess, write.visit.now)
            cases.sign(case, agreement_sha256=agreement_sha256, now=visit.now)

        guess = self._prepared(pin, lambda world: self._secret_of(world, token))
        return self._write(
            "sign_agreement",
            rule,
            token=token,
            key=key,
            number=number,
            said=(agreement_sha256,),
            needs_card=FaultCode.SIGNING_NEEDS_LEGAL_CARD,
        )

    def acknowledge_policy(
        self, *, token: str, number: str, policy_sha256: str, pin: str, key: str
    ) -> Receipt:
        check_sha256(policy_sha256)

        def rule(write: Write) -> None:
            case, now = write.case, write.visit.now
            cases.check_delivered(case, now)
            cards.try_pin_again(write.visit.world, write.card_serial, guess, write.visit.now)
            cases.acknowledge(case, policy_sha256=policy_sha256, now=now)
            write.policy = faces.application_file(case, write.company, now).policy

        guess = self._prepared(pin, lambda world: self._secret_of(world, token))
        return self._write(
            "acknowledge_policy", rule, token=token, key=key, number=number, said=(policy_sha256,)
        )

    def urge_delivery(self, *, token: str, number: str, key: str) -> Receipt:
        def rule(write: Write) -> None:
            cases.urge(write.case, now=write.visit.now)

        return self._write("urge_delivery", rule, token=token, key=key, number=number)

    def stop_seal(self, *, token: str, seal_id: str, key: str) -> Receipt:
        def rule(write: Write) -> None:
            write.seal = seals.stop(write.company, seal_id, write.visit.now)

        return self._write("stop_seal", rule, token=token, key=key, said=(seal_id,))

    def delete_seal(self, *, token: str, seal_id: str, key: str) -> Receipt:
        def rule(write: Write) -> None:
            write.seal = seals.delete(write.company, seal_id)

        return self._write("delete_seal", rule, token=token, key=key, said=(seal_id,))

    def add_seal(self, *, token: str, key: str) -> Receipt:
        def rule(write: Write) -> None:
            visit = write.visit
            write.seal = seals.add(visit.world, write.company, visit.now)
            cases.take_up(write.company, write.seal, visit.now)

        return self._write("add_seal", rule, token=token, key=key)

    def certify(self, *, token: str, method: CertificationMethod, key: str) -> Receipt:
        def rule(write: Write) -> None:
            certification.certify(write.company, method, write.visit.now)

        return self._write("certify", rule, token=token, key=key, said=(method.value,))
