"""The words of the hosted payment page, which knows nothing of the product's catalogues."""

NAME = {"fr": "Carte de démonstration", "en": "Demo card"}

SAID = {
    "fr": {
        "title": "Payer par carte",
        "save_title": "Enregistrer une carte",
        "save": "Enregistrer cette carte",
        "save_pretend": "Rien n’est payé maintenant. La carte est fausse, et le sera encore la prochaine fois.",
        "saved_title": "Carte enregistrée",
        "saved": "Cette carte est déjà enregistrée.",
        "test_card": "Carte d’essai",
        "pretend": "Aucun argent réel ne change de mains. La carte sera conservée pour la prochaine fois.",
        "approve": "Approuver",
        "decline": "Refuser le paiement",
        "ask_challenge": "Demander une vérification",
        "cancel": "Annuler et revenir",
        "declined": "Le dernier essai a été refusé. Vous pouvez essayer de nouveau.",
        "challenge_title": "Est-ce bien vous\u00a0?",
        "challenge": "Votre banque demande de confirmer ce paiement. Une vraie banque demanderait un code.",
        "confirm": "Oui, c’est moi",
        "refuse": "Non, ce n’est pas moi",
        "paid_title": "Paiement fait",
        "paid": "Ce paiement est déjà fait. Rien de plus ne sera demandé.",
        "return": "Revenir",
        "unknown_title": "Paiement introuvable",
        "unknown": "Cette page de paiement n’existe pas, ou plus.",
        "testing": "Pour les essais",
        "delivery": "Le rapport signé envoyé au marchand",
        "seconds": "Retard, en secondes",
        "next_time": "La prochaine fois que cette carte sera débitée",
    },
    "en": {
        "title": "Pay by card",
        "save_title": "Save a card",
        "save": "Save this card",
        "save_pretend": "Nothing is paid now. The card is pretend, and will be next time too.",
        "saved_title": "Card saved",
        "saved": "This card is already saved.",
        "test_card": "Test card",
        "pretend": "No real money changes hands. The card will be kept for next time.",
        "approve": "Approve",
        "decline": "Decline the payment",
        "ask_challenge": "Ask for a challenge",
        "cancel": "Cancel and go back",
        "declined": "The last attempt was declined. You can try again.",
        "challenge_title": "Is it really you?",
        "challenge": "Your bank asks you to confirm this payment. A real bank would ask for a code.",
        "confirm": "Yes, it is me",
        "refuse": "No, it is not me",
        "paid_title": "Payment made",
        "paid": "This payment is already made. Nothing more will be asked.",
        "return": "Go back",
        "unknown_title": "Payment not found",
        "unknown": "This payment page does not exist, or no longer.",
        "testing": "For testing",
        "delivery": "The signed report sent to the merchant",
        "seconds": "Delay, in seconds",
        "next_time": "The next time this card is charged",
    },
}

# "" is what control has set, which is at once unless it was told otherwise.
DELIVERY_WORDS = {
    "fr": {
        "": "Comme d’habitude",
        "twice": "Deux fois",
        "late": "En retard",
        "out_of_order": "Dans le désordre\u00a0: un refus d’avant arrive après",
        "never": "Jamais",
    },
    "en": {
        "": "As usual",
        "twice": "Twice",
        "late": "Late",
        "out_of_order": "Out of order: an earlier decline arrives after",
        "never": "Never",
    },
}

NEXT_TIME_WORDS = {
    "fr": {"approve": "Approuver", "decline": "Refuser", "challenge": "Demander une vérification"},
    "en": {"approve": "Approve", "decline": "Decline", "challenge": "Ask for a challenge"},
}
