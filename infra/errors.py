"""The error tree of the project: every error carries two texts, one for the person, one for the log.

AppError
├── ConfigError        a setting, a price list or a company file is wrong; stops the start
├── NotFoundError      what was asked for does not exist (or is not this person's)
├── LimitError         a person or an address asks more often than allowed
├── HeldError          an inbound message or a job cannot be handled now and is kept for people to look at
└── VendorError        an outside service failed
    ├── VendorDown     no connection, a deadline passed, 5xx: worth a retry
    ├── VendorRefused  the vendor understood and said no: a retry will not help
    └── OutcomeUnknown the request may have had its effect; look before repeating
"""

DEFAULT_PUBLIC = "Что-то пошло не так на нашей стороне. Попробуйте ещё раз через минуту."


class AppError(Exception):
    """`detail` is full and English, for the log; `public` is polite and Russian, for the person."""

    default_public = DEFAULT_PUBLIC

    def __init__(self, detail: str, *, public: str | None = None) -> None:
        super().__init__(detail)
        self.public = public or self.default_public


class ConfigError(AppError):
    pass


class NotFoundError(AppError):
    default_public = "Не нашлось того, о чём вы спрашиваете."


class LimitError(AppError):
    default_public = "Слишком много сообщений подряд. Подождите минуту и напишите снова."

    def __init__(self, detail: str, *, retry_after: float, public: str | None = None) -> None:
        super().__init__(detail, public=public)
        self.retry_after = retry_after


class HeldError(AppError):
    pass


class VendorError(AppError):
    default_public = "Внешний сервис сейчас не отвечает. Мы попробуем ещё раз сами."

    def __init__(self, vendor: str, detail: str, *, public: str | None = None) -> None:
        super().__init__(f"{vendor}: {detail}", public=public)
        self.vendor = vendor


class VendorDown(VendorError):
    pass


class VendorRefused(VendorError):
    pass


class OutcomeUnknown(VendorError):
    pass
